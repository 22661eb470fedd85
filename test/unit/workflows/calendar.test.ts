import { describe, expect, test } from 'vitest';
import {
  addDays,
  dayOf,
  endOfDay,
  isWorkingDay,
  rolledForward,
  US_FEDERAL,
  workingDaysBetween,
  type Calendar,
} from '../../../workflows/lifecycle/calendar.js';

/** As the Office of Personnel Management published them. */
const PUBLISHED: Readonly<Record<number, readonly string[]>> = {
  2012: ['01-02', '01-16', '02-20', '05-28', '07-04', '09-03', '10-08', '11-12', '11-22', '12-25'],
  2021: ['01-01', '01-18', '02-15', '05-31', '06-18', '07-05', '09-06', '10-11', '11-11', '11-25', '12-24', '12-31'],
  2026: ['01-01', '01-19', '02-16', '05-25', '06-19', '07-03', '09-07', '10-12', '11-11', '11-26', '12-25'],
};

describe('the federal calendar', () => {
  test.each(Object.entries(PUBLISHED))('of %s has the holidays that were observed, and no others', (year, days) => {
    const weekdays = Array.from({ length: 366 }, (_, i) => addDays(US_FEDERAL, `${year}-01-01`, i, 'calendar')).filter(
      (day) => day.startsWith(year) && ![0, 6].includes(new Date(`${day}T00:00:00Z`).getUTCDay()),
    );
    expect(weekdays.filter((day) => !isWorkingDay(US_FEDERAL, day))).toEqual(days.map((day) => `${year}-${day}`));
  });

  test('knows no Juneteenth before there was one', () => {
    expect(isWorkingDay(US_FEDERAL, '2019-06-19')).toBe(true);
  });
});

describe('days', () => {
  test('are counted after the first, working days without weekends and holidays', () => {
    expect(addDays(US_FEDERAL, '2012-10-29', 60, 'calendar')).toBe('2012-12-28');
    // Veterans Day was observed on Monday the 12th.
    expect(addDays(US_FEDERAL, '2012-11-08', 1, 'working')).toBe('2012-11-09');
    expect(addDays(US_FEDERAL, '2012-11-09', 1, 'working')).toBe('2012-11-13');
    expect(addDays(US_FEDERAL, '2012-10-29', 15, 'working')).toBe('2012-11-20');
  });

  test('between two days and added again lead back', () => {
    for (let days = 1; days < 300; days += 7) {
      const end = addDays(US_FEDERAL, '2012-10-29', days, 'working');
      expect(workingDaysBetween(US_FEDERAL, '2012-10-29', end)).toBe(days);
    }
    expect(workingDaysBetween(US_FEDERAL, '2012-10-29', '2012-10-29')).toBe(0);
    expect(workingDaysBetween(US_FEDERAL, '2012-10-29', '2012-10-01')).toBe(0);
  });

  test('roll forward over a long weekend, and stay where they are otherwise', () => {
    expect(rolledForward(US_FEDERAL, '2012-11-10')).toBe('2012-11-13');
    expect(rolledForward(US_FEDERAL, '2012-11-13')).toBe('2012-11-13');
  });

  test("begin and end at the calendar's own midnight", () => {
    expect(dayOf(US_FEDERAL, Date.parse('2012-10-30T04:59:59Z'))).toBe('2012-10-29');
    expect(dayOf(US_FEDERAL, Date.parse('2012-10-30T05:00:00Z'))).toBe('2012-10-30');
    expect(new Date(endOfDay(US_FEDERAL, '2012-10-29')).toISOString()).toBe('2012-10-30T05:00:00.000Z');
  });

  test('follow another calendar where one is supplied', () => {
    const gulf: Calendar = {
      name: 'gulf',
      version: 3,
      weekend: [5, 6],
      holidays: (year) => [`${year}-12-02`],
      utcOffsetMinutes: 240,
    };
    expect(addDays(gulf, '2026-11-26', 1, 'working')).toBe('2026-11-29');
    expect(addDays(gulf, '2026-12-01', 1, 'working')).toBe('2026-12-03');
  });
});
