/**
 * An OTLP/HTTP receiver: takes what exporters send, as protobuf, and keeps the spans. It reads the wire format itself, by the field numbers
 * of `opentelemetry/proto/collector/trace/v1/trace_service.proto`, so that it shares no code with what it is to prove.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';

export interface Received {
  readonly service: string;
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  /** Empty for the first of a trace. */
  readonly parentId: string;
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
  /** Nanoseconds since 1970. */
  readonly start: bigint;
  readonly end: bigint;
}

export class Receiver {
  readonly spans: Received[] = [];

  private constructor(private readonly server: Server) {}

  static async start(): Promise<Receiver> {
    const server = createServer();
    const receiver = new Receiver(server);
    server.on('request', (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const body = Buffer.concat(chunks);
        const isTraces = request.url === '/v1/traces' && request.headers['content-type'] === 'application/x-protobuf';
        if (isTraces)
          receiver.spans.push(...spansIn(request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body));
        response.writeHead(isTraces ? 200 : 415, { 'content-type': 'application/x-protobuf' }).end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}

type Value = bigint | Buffer;

/** Field number → its values in order. */
type Message = ReadonlyMap<number, readonly Value[]>;

/** ExportTraceServiceRequest: resource_spans 1 { resource 1 { attributes 1 }, scope_spans 2 { spans 2 } } */
function spansIn(body: Buffer): Received[] {
  return children(read(body), 1).flatMap((resourceSpans) => {
    const [resource] = children(resourceSpans, 1);
    const service = String(attributes(resource ?? new Map(), 1)['service.name']);
    return children(resourceSpans, 2)
      .flatMap((scopeSpans) => children(scopeSpans, 2))
      .map((span) => ({
        service,
        name: bytes(span, 5).toString('utf8'),
        traceId: bytes(span, 1).toString('hex'),
        spanId: bytes(span, 2).toString('hex'),
        parentId: bytes(span, 4).toString('hex'),
        attributes: attributes(span, 9),
        start: number(span, 7),
        end: number(span, 8),
      }));
  });
}

/** KeyValue: key 1, value 2 { string 1, bool 2, int 3, double 4 } */
function attributes(message: Message, field: number): Received['attributes'] {
  return Object.fromEntries(
    children(message, field).map((pair) => {
      const [value = new Map() as Message] = children(pair, 2);
      return [bytes(pair, 1).toString('utf8'), plain(value)];
    }),
  );
}

function plain(value: Message): string | number | boolean {
  if (value.has(2)) return number(value, 2) === 1n;
  if (value.has(3)) return Number(number(value, 3));
  if (value.has(4)) {
    const double = Buffer.alloc(8);
    double.writeBigUInt64LE(number(value, 4));
    return double.readDoubleLE();
  }
  return bytes(value, 1).toString('utf8');
}

const bytes = (message: Message, field: number): Buffer => {
  const [value] = message.get(field) ?? [];
  return Buffer.isBuffer(value) ? value : Buffer.alloc(0);
};

const number = (message: Message, field: number): bigint => {
  const [value] = message.get(field) ?? [];
  return typeof value === 'bigint' ? value : 0n;
};

const children = (message: Message, field: number): Message[] =>
  (message.get(field) ?? []).filter((value) => Buffer.isBuffer(value)).map(read);

/** Wire types: 0 varint, 1 eight bytes, 2 length and bytes, 5 four bytes. */
function read(buffer: Buffer): Message {
  const fields = new Map<number, Value[]>();
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = buffer.readUInt8(at++);
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  const take = (length: number): Buffer => buffer.subarray(at, (at += length));
  while (at < buffer.length) {
    const key = Number(varint());
    const type = key & 7;
    const value =
      type === 0
        ? varint()
        : type === 1
          ? take(8).readBigUInt64LE()
          : type === 5
            ? BigInt(take(4).readUInt32LE())
            : take(Number(varint()));
    fields.set(key >> 3, [...(fields.get(key >> 3) ?? []), value]);
  }
  return fields;
}
