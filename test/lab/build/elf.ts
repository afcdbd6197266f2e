import { open, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { attempt, run } from '../process.ts'

const MAGIC = Buffer.from('\x7fELF', 'latin1')

async function isElf(path: string): Promise<boolean> {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0)
    return bytesRead === 4 && buffer.equals(MAGIC)
  } finally {
    await file.close()
  }
}

/** The programs and libraries below `folder`. */
export async function elfFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  const elf = await Promise.all(files.map(isElf))
  return files.filter((_, index) => elf[index])
}

/** Overwrites whole strings by ones that are not longer; the programs then look in the other place. */
export async function replaceStrings(path: string, strings: Readonly<Record<string, string>>): Promise<void> {
  let text = await readFile(path, 'latin1')
  const before = text
  for (const [from, to] of Object.entries(strings)) {
    if (to.length > from.length) throw new Error(`${to} is longer than ${from}`)
    text = text.replaceAll(`\0${from}\0`, `\0${to.padEnd(from.length, '\0')}\0`)
  }
  if (text !== before) await writeFile(path, text, 'latin1')
}

/** Changes the library search path of files that have one. */
export async function setRpath(paths: readonly string[], rpath: string): Promise<void> {
  for (const path of paths) {
    const { stdout } = await attempt(['readelf', '-d', path])
    if (stdout.includes('RUNPATH')) await run(['patchelf', '--set-rpath', rpath, path])
  }
}
