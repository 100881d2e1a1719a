package io.millrace.testing;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/// Hands tests that only submit runs one service they all share; it ends with the test JVM.
public final class SharedMillrace implements ParameterResolver {
  private static final Namespace HERE = Namespace.create(SharedMillrace.class);

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext test) {
    var type = parameter.getParameter().getType();
    return type == MillraceProcess.class || type == Api.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext test) {
    var service =
        test.getRoot()
            .getStore(HERE)
            .getOrComputeIfAbsent(
                MillraceProcess.class, key -> MillraceProcess.start(), MillraceProcess.class);
    return parameter.getParameter().getType() == Api.class ? service.api() : service;
  }
}
