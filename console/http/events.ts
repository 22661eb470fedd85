/** Server-sent events, read by `fetch`: the browser's own `EventSource` cannot send the token. */

/** One event as it came. */
export interface ServerEvent {
  readonly name: string;
  readonly id: string | undefined;
  readonly data: string;
}

/** Puts a stream's text together to events; text may end anywhere. */
export class EventReader {
  private rest = '';
  private name = 'message';
  private id: string | undefined;
  private data: string[] = [];

  /** @returns the events that are complete with this piece of text */
  read(text: string): ServerEvent[] {
    const lines = (this.rest + text).split(/\r\n|\n|\r(?!$)/);
    this.rest = lines.pop() ?? '';
    return lines.flatMap((line) => this.line(line));
  }

  private line(line: string): ServerEvent[] {
    if (line === '') return this.end();
    const [, field = '', value = ''] = /^([^:]*):? ?(.*)$/.exec(line) ?? [];
    if (field === 'event') this.name = value;
    else if (field === 'id') this.id = value;
    else if (field === 'data') this.data.push(value);
    return [];
  }

  private end(): ServerEvent[] {
    const { name, id, data } = this;
    this.name = 'message';
    this.data = [];
    return data.length === 0 ? [] : [{ name, id, data: data.join('\n') }];
  }
}
