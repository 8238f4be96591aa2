/**
 * The properties string of a send request (`name \u0001 value \u0002 …`), read and extended without making a map of it:
 * only a handful of names concern the broker.
 *
 * Java decodes it into a HashMap and encodes that again, so an item that is not exactly one name and one value is
 * dropped and the last of equal names wins; what is read here obeys both rules.
 * Source: common/message/MessageDecoder.java string2messageProperties (4.6.0)
 */
const NAME_END = '\u0001';
const ITEM_END = '\u0002';

/** The value that Java's map would have for this name. */
export function propertyOf(text: string | undefined, name: string): string | undefined {
  if (text === undefined) return undefined;
  const wanted = name + NAME_END;
  for (let at = text.lastIndexOf(wanted); at >= 0; at = at === 0 ? -1 : text.lastIndexOf(wanted, at - 1)) {
    if (at > 0 && text[at - 1] !== ITEM_END) continue;
    const valueAt = at + wanted.length;
    const itemEnd = text.indexOf(ITEM_END, valueAt);
    // Empty parts at the end do not count for Java's split.
    const value = text.slice(valueAt, itemEnd < 0 ? text.length : itemEnd).replace(/\u0001+$/, '');
    if (value !== '' && !value.includes(NAME_END)) return value;
  }
  return undefined;
}

/** The same properties, closed by a separator, with `name` set to `value`. */
export function withProperty(text: string | undefined, name: string, value: string): string {
  const item = name + NAME_END + value + ITEM_END;
  if (text === undefined || text === '') return item;
  const others = text.includes(name + NAME_END) ? withoutProperty(text, name) : text;
  return (others === '' || others.endsWith(ITEM_END) ? others : others + ITEM_END) + item;
}

function withoutProperty(text: string, name: string): string {
  return text
    .split(ITEM_END)
    .filter((item) => !item.startsWith(name + NAME_END))
    .join(ITEM_END);
}
