/** Points in time on the page: relative to now, with the exact time for whoever hovers or listens. */
import { Text, type TextProps } from '@mantine/core';
import { IconAlertTriangle, IconClock } from '../parts/icons.js';
import { useNow } from './now.js';
import { duration, moment, relative } from './time.js';

/** `3 days ago` or `in 2 hours`; hovering tells the exact time. */
export function When({ at, ...text }: { readonly at: string } & TextProps) {
  const now = useNow();
  return (
    <Text span inherit {...text}>
      <time dateTime={at} title={moment(at)}>
        {relative(at, now)}
      </time>
    </Text>
  );
}

/** How long something has lasted: `3 days 4 hours`. */
export function Lasting({ since, ...text }: { readonly since: string } & TextProps) {
  const now = useNow();
  return (
    <Text span inherit {...text}>
      <time dateTime={since} title={`since ${moment(since)}`}>
        {duration(now - Date.parse(since))}
      </time>
    </Text>
  );
}

/** A due: counts down, and says in words and by a sign when it has passed. */
export function Due({ at, ...text }: { readonly at: string } & TextProps) {
  const now = useNow();
  const late = Date.parse(at) < now;
  const Icon = late ? IconAlertTriangle : IconClock;
  return (
    <Text span inherit className={late ? 'late' : undefined} style={{ whiteSpace: 'nowrap' }} {...text}>
      <Icon size="1em" aria-hidden style={{ verticalAlign: '-0.1em', marginRight: 4 }} />
      <time dateTime={at} title={moment(at)}>
        {late ? `overdue by ${duration(now - Date.parse(at))}` : relative(at, now)}
      </time>
    </Text>
  );
}
