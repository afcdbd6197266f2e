import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'

const hasTmux = spawnSync('tmux', ['-V']).status === 0
if (!hasTmux) process.stderr.write('test/session/board.test.ts is skipped: tmux is not installed\n')

const folder = mkdtempSync(join(tmpdir(), 'orchestrate-board-'))
const tmux = (...words: readonly string[]) =>
  execFileSync('tmux', ['-S', join(folder, 'socket'), '-f', '/dev/null', ...words], {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C.UTF-8', TMUX: '', CI: '' },
  })
afterAll(() => {
  spawnSync('tmux', ['-S', join(folder, 'socket'), 'kill-server'])
  rmSync(folder, { recursive: true })
})

/** What is on the screen; the marks that turn are shown as one. */
function screen(): string[] {
  const text = tmux('capture-pane', '-p', '-t', 'board')
  return text
    .trimEnd()
    .replaceAll(/[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏]/g, '*')
    .split('\n')
}

const head = '$ orchestrate drift inventories/prod.ts'
const board = [
  '* 3 of 12 hosts: 3 unreachable',
  ...Array.from({ length: 9 }, (_, index) => `* ${`mail-server-${index + 1}`.padEnd(14)}  reading its state`),
  '* –',
]

/** The board on a terminal of that width: two columns stay free. */
function boardAt(width: number): string[] {
  return board.map((line) => (line.length > width - 2 ? `${line.slice(0, width - 3)}…` : line))
}

test.for([60, 33, 25])(
  'the board of 12 hosts fits 80×24, and at %i columns no stale line is left',
  { timeout: 60_000 },
  async (narrow, { skip }) => {
    skip(!hasTmux, 'needs tmux')
    // An echo of what we type would move the board.
    const command = `stty -echo; '${process.execPath}' test/session/board.ts; cat`
    tmux('new-session', '-d', '-s', 'board', '-x', '80', '-y', '24', command)
    await expect.poll(screen, { timeout: 20_000 }).toEqual([head, ...boardAt(80)])
    // tmux tells its programs of a second resize late, after they have drawn on lines that it has wrapped: one each way is all.
    for (const width of [narrow, 80]) {
      tmux('resize-window', '-t', 'board', '-x', String(width), '-y', '24')
      // What the terminal has pushed off its upper edge is out of reach.
      await expect.poll(boardOnScreen, { timeout: 10_000 }).toEqual(boardAt(width))
    }
    tmux('send-keys', '-t', 'board', 'x', 'Enter')
    await expect.poll(boardOnScreen, { timeout: 10_000 }).toEqual(['the end'])
    tmux('kill-session', '-t', 'board')
  },
)

/** The screen without the line above the board. */
function boardOnScreen(): string[] {
  const lines = screen()
  return lines[0] === head ? lines.slice(1) : lines
}
