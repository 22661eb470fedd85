/** A form made of a schema: one field for each thing that is asked for. */
import {
  Button,
  Checkbox,
  Fieldset,
  Group,
  NumberInput,
  Select,
  Stack,
  TagsInput,
  Text,
  TextInput,
} from '@mantine/core';
import { localInput } from '../../words/time.js';
import { inWords } from '../../words/words.js';
import { MoneyField } from './money-field.js';
import { NoteField } from './note.js';
import { ReasonField } from './reason.js';
import { initialOf, isOption, kindOf, withoutNothing, type Kind, type Schema } from './schema.js';

/** One value of the form. */
export interface FieldProps {
  readonly name: string;
  readonly schema: Schema;
  readonly required: boolean;
  readonly value: unknown;
  readonly onChange: (value: unknown) => void;
}

type Data = Readonly<Record<string, unknown>>;

const dataOf = (value: unknown): Data => (typeof value === 'object' && value !== null ? (value as Data) : {});

/** The fields of an object, or of one of its variants. */
export function Fields({
  schema,
  value,
  onChange,
}: {
  readonly schema: Schema;
  readonly value: unknown;
  readonly onChange: (value: unknown) => void;
}) {
  const kind = kindOf(schema);
  if (kind.is === 'variants') return <Variants kind={kind} value={value} onChange={onChange} />;
  const data = dataOf(value);
  return (
    <Stack gap="sm">
      {Object.entries(schema.properties ?? {}).map(([name, property]) => (
        <Field
          key={name}
          name={name}
          schema={withoutNothing(property)}
          required={schema.required?.includes(name) === true}
          value={data[name]}
          onChange={(given) => onChange(changed(data, name, given))}
        />
      ))}
    </Stack>
  );
}

function changed(data: Data, name: string, given: unknown): Data {
  const { [name]: _, ...rest } = data;
  return given === undefined ? rest : { ...rest, [name]: given };
}

function Variants({
  kind: { variants, by },
  value,
  onChange,
}: {
  readonly kind: Extract<Kind, { is: 'variants' }>;
  readonly value: unknown;
  readonly onChange: (value: unknown) => void;
}) {
  const labels = variants.map((variant, at) => {
    const told = by === undefined ? variant.description : variant.properties?.[by]?.const;
    return isOption(told) ? inWords(String(told)) : `Way ${at + 1}`;
  });
  const at =
    by === undefined
      ? variantAt(variants, value)
      : variants.findIndex(({ properties }) => properties?.[by]?.const === dataOf(value)[by]);
  const chosen = variants[at] ?? variants[0];
  return (
    <Stack gap="sm">
      <Select
        label={by === undefined ? 'Which' : inWords(by)}
        required
        allowDeselect={false}
        data={labels.map((label, index) => ({ value: String(index), label }))}
        value={String(Math.max(at, 0))}
        onChange={(index) => {
          const next = variants[Number(index)];
          if (!next) return;
          // What both ask for stays.
          const shared = Object.entries(dataOf(value)).filter(([name]) => name !== by && next.properties?.[name]);
          onChange({ ...Object.fromEntries(shared), ...dataOf(initialOf(next)) });
        }}
      />
      {chosen && <Fields schema={chosen} value={value} onChange={onChange} />}
    </Stack>
  );
}

/** The variant that fits the value best: with the most of its fields known. */
function variantAt(variants: readonly Schema[], value: unknown): number {
  const names = Object.keys(dataOf(value));
  const fits = variants.map(({ properties = {} }) => names.filter((name) => name in properties).length);
  return fits.indexOf(Math.max(...fits));
}

function Field({ name, schema, required, value, onChange }: FieldProps) {
  const kind = kindOf(schema);
  const label = labelOf(name);
  const shared = { label, required, ...(schema.description === undefined ? {} : { description: schema.description }) };
  const text = typeof value === 'string' ? value : '';
  const setText = (given: string): void => onChange(given === '' ? undefined : given);
  switch (kind.is) {
    case 'fixed':
      return null;
    case 'choice':
      return (
        <Select
          {...shared}
          data={kind.options.map((option) => ({ value: String(option), label: inWords(String(option)) }))}
          value={isOption(value) ? String(value) : null}
          onChange={(given) => onChange(kind.options.find((option) => String(option) === given))}
        />
      );
    case 'flag':
      return (
        <Checkbox
          {...shared}
          required={false}
          checked={value === true}
          onChange={(event) => onChange(event.currentTarget.checked)}
        />
      );
    case 'number':
      return (
        <NumberInput
          {...shared}
          {...(schema.minimum === undefined ? {} : { min: schema.minimum })}
          {...(schema.maximum === undefined ? {} : { max: schema.maximum })}
          allowDecimal={schema.type === 'number'}
          value={typeof value === 'number' ? value : ''}
          onChange={(given) => onChange(typeof given === 'number' ? given : undefined)}
        />
      );
    case 'money':
      return <MoneyField {...shared} value={value} onChange={onChange} />;
    case 'date':
      return (
        <TextInput {...shared} type="date" value={text} onChange={(event) => setText(event.currentTarget.value)} />
      );
    case 'instant':
      return (
        <TextInput
          {...shared}
          type="datetime-local"
          value={text === '' ? '' : localInput(text)}
          onChange={({ currentTarget: { value: given } }) => setText(given === '' ? '' : new Date(given).toISOString())}
        />
      );
    case 'list':
      return <ListField name={name} schema={schema} required={required} value={value} onChange={onChange} />;
    case 'object':
    case 'variants':
      return (
        <Fieldset legend={label}>
          <Fields schema={schema} value={value} onChange={onChange} />
        </Fieldset>
      );
    case 'text':
      if (name === 'reasonCode')
        return <ReasonField required={required} value={text || undefined} onChange={onChange} />;
      if (name === 'note') return <NoteField required={required} value={text} onChange={setText} />;
      return <TextInput {...shared} value={text} onChange={(event) => setText(event.currentTarget.value)} />;
    default:
      return (
        <Text size="sm" c="dimmed">
          {label} cannot be entered here; use the API.
        </Text>
      );
  }
}

function ListField({ name, schema, required, value, onChange }: FieldProps) {
  const items = Array.isArray(value) ? (value as readonly unknown[]) : [];
  const of = schema.items ?? {};
  const kind = kindOf(of);
  if (kind.is === 'choice') {
    return (
      <Checkbox.Group
        label={labelOf(name)}
        required={required}
        value={items.map(String)}
        onChange={(given) => onChange(kind.options.filter((option) => given.includes(String(option))))}
      >
        <Group mt={4}>
          {kind.options.map((option) => (
            <Checkbox key={option} value={String(option)} label={inWords(String(option))} />
          ))}
        </Group>
      </Checkbox.Group>
    );
  }
  if (kind.is === 'text') {
    return (
      <TagsInput
        label={labelOf(name)}
        required={required}
        description={[schema.description, 'Press Enter after each.'].filter(Boolean).join(' ')}
        splitChars={[',', ' ']}
        acceptValueOnBlur
        value={items.map(String)}
        onChange={(given) => onChange(required || given.length > 0 ? given : undefined)}
      />
    );
  }
  const put = (at: number, given: unknown): void => onChange(items.map((item, index) => (index === at ? given : item)));
  return (
    <Fieldset legend={labelOf(name)}>
      <Stack>
        {items.map((item, at) => (
          <Fieldset key={at} legend={`${inWords(name)} ${at + 1}`}>
            <Fields schema={of} value={item} onChange={(given) => put(at, given)} />
            <Button
              mt="xs"
              size="xs"
              variant="default"
              onClick={() => onChange(items.filter((_, index) => index !== at))}
            >
              Remove
            </Button>
          </Fieldset>
        ))}
        <Button size="xs" variant="default" onClick={() => onChange([...items, initialOf(of) ?? {}])}>
          Add
        </Button>
      </Stack>
    </Fieldset>
  );
}

const labelOf = (name: string): string => (name === 'reasonCode' ? 'Reason' : inWords(name));
