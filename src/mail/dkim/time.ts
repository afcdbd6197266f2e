/** Seconds of a day. */
export const day = 86_400

/** The first full minute from a moment on, in UTC: `2026-11-24 14:02 UTC`. */
export function moment(at: number): string {
  return `${iso(Math.ceil(at / 60) * 60)
    .slice(0, 16)
    .replace('T', ' ')} UTC`
}

/** Its date: `2026-11-24`. */
export function date(at: number): string {
  return iso(at).slice(0, 10)
}

/** A moment as programs read it. */
export function iso(at: number): string {
  return new Date(at * 1_000).toISOString().replace('.000Z', 'Z')
}

/** Whole days between two moments, in words. */
export function daysBetween(from: number, to: number): string {
  const days = Math.floor((to - from) / day)
  return days === 1 ? '1 day' : `${days} days`
}
