package io.millrace.journey;

import com.sun.jdi.Bootstrap;
import com.sun.jdi.ClassNotPreparedException;
import com.sun.jdi.IncompatibleThreadStateException;
import com.sun.jdi.ObjectReference;
import com.sun.jdi.ReferenceType;
import com.sun.jdi.VMDisconnectedException;
import com.sun.jdi.VirtualMachine;
import com.sun.jdi.connect.IllegalConnectorArgumentsException;
import com.sun.jdi.event.BreakpointEvent;
import com.sun.jdi.event.ClassPrepareEvent;
import com.sun.jdi.event.Event;
import com.sun.jdi.event.EventSet;
import com.sun.jdi.request.EventRequest;
import java.io.IOException;
import java.time.Duration;

/// Holds a whole server still in the moment in which it enters a method, so that it can be killed
/// there: exact to the instruction, and without a line in the product that knows of it.
final class Breakpoint implements AutoCloseable {

  /// The JVM option of a server that can be held. It says on which port; it is closed to attaching
  /// already, so that it does not replace itself.
  static final String[] OPTIONS = {
    "-XX:TieredStopAtLevel=1",
    "-XX:+DisableAttachMechanism",
    "-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=127.0.0.1:0"
  };

  private final VirtualMachine machine;
  private final Where where;
  private int left;

  /// @param method of the class, all that have this name
  /// @param argument end of the class name of one of the arguments; empty for any
  record Where(String type, String method, String argument) {
    static Where of(String text) {
      var words = text.split(" ");
      return new Where("io.millrace." + words[0], words[1], words.length > 2 ? words[2] : "");
    }
  }

  /// @param nth which entry is meant, from 1
  private Breakpoint(VirtualMachine machine, Where where, int nth) {
    this.machine = machine;
    this.where = where;
    this.left = nth;
  }

  static Breakpoint set(int port, Where where, int nth) {
    try {
      var connector =
          Bootstrap.virtualMachineManager().attachingConnectors().stream()
              .filter(each -> each.name().equals("com.sun.jdi.SocketAttach"))
              .findFirst()
              .orElseThrow();
      var arguments = connector.defaultArguments();
      arguments.get("hostname").setValue("127.0.0.1");
      arguments.get("port").setValue(Integer.toString(port));
      var point = new Breakpoint(connector.attach(arguments), where, nth);
      point.arm();
      return point;
    } catch (IOException | IllegalConnectorArgumentsException failure) {
      throw new IllegalStateException(failure);
    }
  }

  private void arm() {
    var prepare = machine.eventRequestManager().createClassPrepareRequest();
    prepare.addClassFilter(where.type());
    prepare.setSuspendPolicy(EventRequest.SUSPEND_EVENT_THREAD);
    prepare.enable();
    machine.classesByName(where.type()).forEach(this::arm);
  }

  private void arm(ReferenceType type) {
    try {
      var methods = type.methodsByName(where.method());
      if (methods.isEmpty()) {
        throw new IllegalArgumentException("there is no " + where);
      }
      for (var method : methods) {
        if (!method.isAbstract()) {
          var request = machine.eventRequestManager().createBreakpointRequest(method.location());
          request.setSuspendPolicy(EventRequest.SUSPEND_ALL);
          request.enable();
        }
      }
    } catch (ClassNotPreparedException later) {
      // Its preparation is told.
    }
  }

  /// Waits until the server stands still there; false if it did not come by in time.
  boolean awaitHit(Duration atMost) throws InterruptedException {
    long end = System.nanoTime() + atMost.toNanos();
    while (System.nanoTime() - end < 0) {
      try {
        EventSet events = machine.eventQueue().remove(1000);
        if (events != null && isHit(events)) {
          return true;
        }
        if (events != null) {
          events.resume();
        }
      } catch (VMDisconnectedException gone) {
        return false;
      }
    }
    return false;
  }

  private boolean isHit(EventSet events) {
    for (Event event : events) {
      if (event instanceof ClassPrepareEvent prepared) {
        arm(prepared.referenceType());
      } else if (event instanceof BreakpointEvent hit && isMeant(hit) && --left <= 0) {
        return true;
      }
    }
    return false;
  }

  private boolean isMeant(BreakpointEvent hit) {
    if (where.argument().isEmpty()) {
      return true;
    }
    try {
      return hit.thread().frame(0).getArgumentValues().stream()
          .anyMatch(
              value ->
                  value instanceof ObjectReference object
                      && object.referenceType().name().endsWith(where.argument()));
    } catch (IncompatibleThreadStateException gone) {
      return false;
    }
  }

  /// Lets go of a server that still lives; it runs on.
  @Override
  public void close() {
    try {
      machine.dispose();
    } catch (VMDisconnectedException dead) {
      // That was the purpose.
    }
  }
}
