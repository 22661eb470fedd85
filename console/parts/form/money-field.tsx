/** An amount, entered as people write it and sent in minor units. */
import { Group, NumberInput, TextInput } from '@mantine/core';

/** Before anybody says otherwise. */
const USUAL_CURRENCY = 'USD';

/** Digits behind the point of a currency. */
function digitsOf(currency: string): number {
  if (!/^[A-Z]{3}$/.test(currency)) return 2;
  const format = new Intl.NumberFormat(undefined, { style: 'currency', currency });
  return format.resolvedOptions().maximumFractionDigits ?? 2;
}

interface Money {
  readonly minor?: number;
  readonly currency: string;
}

/** The fields for it. */
export function MoneyField({
  label,
  description,
  required,
  value,
  onChange,
}: {
  readonly label: string;
  readonly description?: string;
  readonly required: boolean;
  readonly value: unknown;
  readonly onChange: (money: Money | undefined) => void;
}) {
  const { minor, currency = USUAL_CURRENCY } = (value ?? {}) as Partial<Money>;
  const digits = digitsOf(currency);
  return (
    <Group align="flex-end" gap="xs" wrap="nowrap">
      <NumberInput
        style={{ flex: 1 }}
        label={label}
        {...(description === undefined ? {} : { description })}
        required={required}
        min={0}
        decimalScale={digits}
        fixedDecimalScale
        thousandSeparator
        value={minor === undefined ? '' : minor / 10 ** digits}
        onChange={(given) =>
          onChange(typeof given === 'number' ? { minor: Math.round(given * 10 ** digits), currency } : undefined)
        }
      />
      <TextInput
        w={80}
        label="Currency"
        maxLength={3}
        value={currency}
        onChange={(event) =>
          onChange({ ...(minor === undefined ? {} : { minor }), currency: event.currentTarget.value.toUpperCase() })
        }
      />
    </Group>
  );
}
