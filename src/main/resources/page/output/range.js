import { Problem, streamAddress } from '../base/api.js';
import { frameOf } from './frames.js';

/**
 * Reads the bytes from `from` up to `to` as frames: what `GET …/output?from&to` gives, but with the stream and
 * time of each part and the place of gaps, which plain bytes cannot tell. The stream knows no end, so the
 * socket is closed there.
 */
export function readRange(runId, from, to, signal) {
  if (to <= from) return Promise.resolve([]);
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(streamAddress(runId, from));
    const frames = [];
    let at = from;
    const finish = (act) => {
      socket.onclose = null;
      socket.onmessage = null;
      socket.close();
      act();
    };
    signal.addEventListener('abort', () => finish(() => reject(signal.reason)), { once: true });
    socket.onmessage = (event) => {
      const message = JSON.parse(event.data);
      if (message.type === 'end') return finish(() => resolve(frames));
      if (message.type !== 'output' && message.type !== 'gap') return undefined;
      const frame = frameOf(message, at);
      if (!frame) return undefined;
      at = frame.next;
      frames.push(frame.bytes && at > to ? { ...frame, next: to, bytes: frame.bytes.subarray(0, to - frame.offset) } : frame);
      return at >= to ? finish(() => resolve(frames)) : undefined;
    };
    socket.onclose = () => reject(new Problem({ title: 'This part of the output could not be read', detail: 'The connection ended before it was there.' }));
  });
}
