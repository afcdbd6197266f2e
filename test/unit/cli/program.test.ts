import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import { describe, expect, it } from 'vitest'
import mail from '../../../playbooks/mail.ts'
import { serverOf } from '../../../src/cli/dns.ts'
import { main } from '../../../src/cli/main.ts'
import { buildProgram } from '../../../src/cli/program.ts'
import { fakeIo } from './fake-io.ts'

/** What a command line prints and how it ends: `stdout`, then `stderr`, then the exit code. */
async function typed(line: string): Promise<string> {
  const io = fakeIo()
  const code = await main(line.split(' ').filter(Boolean), io)
  return `${io.out()}${io.err()}exit ${code}`
}

describe('mistakes on the command line end with 64, what was found, what is allowed and what to type', () => {
  it('unknown option', async () => {
    expect(await typed('apply inventories/prod.ts --limt mx1')).toMatchInlineSnapshot(`
      "orchestrate: unknown option '--limt'; did you mean --limit?
        allowed: --dry-run, --yes, --diff, --limit, --roles, --forks, --format, --output, --events, --verbose, --help
      → orchestrate apply --help
      exit 64"
    `)
    expect(await typed('graph x --frobnicate')).toMatchInlineSnapshot(`
      "orchestrate: unknown option '--frobnicate'
        allowed: --limit, --format, --help
      → orchestrate graph --help
      exit 64"
    `)
  })

  it('unknown command', async () => {
    expect(await typed('aply inventories/prod.ts')).toMatchInlineSnapshot(`
      "orchestrate: unknown command 'aply'; did you mean apply?
        allowed: apply, drift, inventory, graph, render, dns, dkim, verify, unlock, secrets, lab, completion, help
      → orchestrate --help
      exit 64"
    `)
    expect(await typed('xyzzy')).toMatchInlineSnapshot(`
      "orchestrate: unknown command 'xyzzy'
        allowed: apply, drift, inventory, graph, render, dns, dkim, verify, unlock, secrets, lab, completion, help
      → orchestrate --help
      exit 64"
    `)
    expect(await typed('help drfit')).toMatchInlineSnapshot(`
      "orchestrate: no command 'drfit' to help with; did you mean drift?
        commands: apply, drift, inventory, graph, render, dns, dkim, verify, unlock, secrets, lab, completion, help
      → orchestrate help
      exit 64"
    `)
  })

  it('missing and surplus arguments', async () => {
    expect(await typed('drift')).toMatchInlineSnapshot(`
      "orchestrate: missing required argument 'INVENTORY'
        usage: orchestrate drift [options] <INVENTORY>
      → orchestrate drift --help
      exit 64"
    `)
    expect(await typed('drift a.ts b.ts')).toMatchInlineSnapshot(`
      "orchestrate: too many arguments for 'drift'. Expected 1 argument but got 2: a.ts, b.ts.
        usage: orchestrate drift [options] <INVENTORY>
      → orchestrate drift --help
      exit 64"
    `)
    expect(await typed('drift a.ts --limit')).toMatchInlineSnapshot(`
      "orchestrate: option '--limit <EXPR>' argument missing
      → orchestrate drift --help
      exit 64"
    `)
  })

  it('values that are not allowed', async () => {
    expect(await typed('drift a.ts --format jnuit')).toMatchInlineSnapshot(`
      "orchestrate: option '--format <FORMAT>' argument 'jnuit' is invalid. Allowed: text, json, junit, markdown; did you mean junit?
      → orchestrate drift --help
      exit 64"
    `)
    expect(await typed('apply a.ts --forks many')).toMatchInlineSnapshot(`
      "orchestrate: option '--forks <N>' argument 'many' is invalid. Allowed: a whole number from 1 to 1000.
      → orchestrate apply --help
      exit 64"
    `)
    expect(await typed('apply a.ts --forks 0')).toMatchInlineSnapshot(`
      "orchestrate: option '--forks <N>' argument '0' is invalid. Allowed: a whole number from 1 to 1000.
      → orchestrate apply --help
      exit 64"
    `)
    expect(await typed('apply a.ts --roles base,,postfix')).toMatchInlineSnapshot(`
      "orchestrate: option '--roles <NAMES>' argument 'base,,postfix' is invalid. Allowed: names of roles, separated by commas.
      → orchestrate apply --help
      exit 64"
    `)
    expect(await typed('dkim a.ts rotate')).toMatchInlineSnapshot(`
      "orchestrate: unknown action 'rotate'
        allowed: status
      → orchestrate dkim INVENTORY status
      exit 64"
    `)
    expect(await typed('dkim a.ts')).toMatchInlineSnapshot(`
      "orchestrate: missing required argument 'ACTION'
        usage: orchestrate dkim [options] <INVENTORY> <ACTION>
      → orchestrate dkim --help
      exit 64"
    `)
    expect(await typed('dkim a.ts status --server nowhere:x')).toMatchInlineSnapshot(`
      "orchestrate: option '--server <IP[:PORT]>' argument 'nowhere:x' is invalid. Allowed: an IP address, with :PORT if it is not 53; IPv6 with a port as [ADDRESS]:PORT.
      → orchestrate dkim --help
      exit 64"
    `)
    expect(await typed('dns a.ts check --format zone')).toMatchInlineSnapshot(`
      "orchestrate: dns check has no --format zone: it compares records with their servers
        allowed: table, json
      → orchestrate dns a.ts records --format zone
      exit 64"
    `)
    expect(await typed('completion tcsh')).toMatchInlineSnapshot(`
      "orchestrate: command-argument value 'tcsh' is invalid for argument 'SHELL'. Allowed: bash, zsh, fish; did you mean bash?
      → orchestrate completion --help
      exit 64"
    `)
  })

  it('an inventory that is not there', async () => {
    expect(await typed('drift prod.ts')).toMatchInlineSnapshot(`
      "orchestrate: no inventory at prod.ts
      → name the TypeScript file of an inventory
      exit 64"
    `)
  })
})

describe('help', () => {
  it('goes to stderr with 64 when no command is given', async () => {
    const io = fakeIo()
    expect(await main([], io)).toBe(64)
    expect(io.out()).toBe('')
    expect(io.err()).toMatchInlineSnapshot(`
      "Usage: orchestrate [options] [command]

      Configures AlmaLinux 9 mail fleets over SSH; nothing is installed on the hosts
      for its sake.

      Options:
        --version                            print the version
        -h, --help                           print this help

      Commands:
        apply [options] <INVENTORY>          make the hosts what they are declared to
                                             be
        drift [options] <INVENTORY>          show what is not as declared; read only
        inventory [options] <INVENTORY>      show hosts, groups, roles and vars,
                                             secrets masked
        graph [options] <INVENTORY>          show the order of roles and services
        render [options] <INVENTORY>         show the files it would write, offline,
                                             secrets masked
        dns [options] <INVENTORY> <ACTION>   the DNS records of the fleet: show them,
                                             or check them at their servers
        dkim [options] <INVENTORY> <ACTION>  where each DKIM key stands, and what its
                                             rotation needs next
        verify [options] <INVENTORY>         live checks: ports, TLS, mail that flows,
                                             DNS, secrets; exit 1 if one fails
        unlock [options] <INVENTORY>         end a run that holds a host, and take its
                                             lock away
        secrets                              the passwords and keys of an inventory,
                                             encrypted beside it
        lab                                  a fleet of AlmaLinux-9-shaped hosts on
                                             this machine
        completion <SHELL>                   print the completion script for bash, zsh
                                             or fish
        help [COMMAND...]                    print the help of a command

      Exit codes: 0 done, 1 failed, 2 drift, 3 unreachable, 4 refused,
      64 usage or inventory, 70 bug, 130 interrupted.
      Results go to standard output, all else to standard error.
      "
    `)
  })

  it('goes to stdout with 0 when it is asked for', async () => {
    expect(await typed('apply --help')).toMatchInlineSnapshot(`
      "Usage: orchestrate apply [options] <INVENTORY>

      Looks at every host, shows what would change, asks, changes it and looks again.

      Arguments:
        INVENTORY          TypeScript file that declares hosts and their playbook

      Options:
        --dry-run          stop after the plan: exit 2 if anything would change
        --yes              do not ask before changing anything
        --diff             show how the contents of files differ
        --limit <EXPR>     only these hosts: names, globs, @groups, !exceptions, e.g.
                           '@mail,!mx2'
        --roles <NAMES>    only these roles, comma separated
        --forks <N>        hosts to work on in parallel (default: 10)
        --format <FORMAT>  form of the result (choices: "text", "json", default:
                           "text")
        --output <FILE>    write the result to a file (0600) instead of standard
                           output
        --events <FILE>    write every event as a line of JSON while it happens
        --verbose          a line for every stage and step instead of live rows
        -h, --help         print this help
      exit 0"
    `)
    expect(await typed('help drift')).toBe(await typed('drift --help'))
  })

  it('of every command fits a terminal of 80 columns, and every command says what it is for', () => {
    const all = (command: CommandUnknownOpts): CommandUnknownOpts[] => [command, ...command.commands.flatMap(all)]
    const commands = all(buildProgram({ io: fakeIo(), end: () => {} }, '0.0.0', mail.commands)).filter(
      (command) => !command.name().startsWith('_'),
    )
    expect(commands.length).toBeGreaterThan(20)
    for (const command of commands) {
      let text = ''
      command.configureOutput({ writeOut: (part) => (text += part) }).outputHelp()
      expect(text.split('\n').filter((line) => line.length > 80)).toEqual([])
      expect(command.description()).not.toBe('')
    }
  })

  it('is found for commands of commands, and a wrong word is met with the nearest one', async () => {
    expect(await typed('help secrets set')).toBe(await typed('secrets set --help'))
    expect(await typed('help lab shh')).toMatchInlineSnapshot(`
      "orchestrate: no command 'shh' to help with; did you mean ssh?
        commands: up, down, status, ssh
      → orchestrate help
      exit 64"
    `)
    expect(await typed('lab pu')).toMatchInlineSnapshot(`
      "orchestrate: unknown command 'pu'; did you mean up?
        allowed: up, down, status, ssh
      → orchestrate lab --help
      exit 64"
    `)
    expect(await typed('secrets rekye a.ts')).toMatchInlineSnapshot(`
      "orchestrate: unknown command 'rekye'; did you mean rekey?
        allowed: init, set, get, edit, list, rekey
      → orchestrate secrets --help
      exit 64"
    `)
    expect(await typed('secrets get a.ts')).toMatchInlineSnapshot(`
      "orchestrate: missing required argument 'NAME'
        usage: orchestrate secrets get [options] <INVENTORY> <NAME>
      → orchestrate secrets get --help
      exit 64"
    `)
    expect(await typed('lab up --hosts mx99')).toMatchInlineSnapshot(`
      "orchestrate: option '--hosts <N|NAME,…>' argument 'mx99' is invalid. Allowed: a number up to 50, or names such as mx1,mx4.
      → orchestrate lab up --help
      exit 64"
    `)
    expect(await typed('dns a.ts chekc')).toMatchInlineSnapshot(`
      "orchestrate: unknown action 'chekc'; did you mean check?
        allowed: records, check
      → orchestrate dns INVENTORY records|check
      exit 64"
    `)
  })

  it('prints the version', async () => {
    expect(await typed('--version')).toMatch(/^\d+\.\d+\.\d+\nexit 0$/)
  })
})

it('apply refuses where nobody can be asked, before anything is read', async () => {
  expect(await typed('apply inventories/prod.ts')).toMatchInlineSnapshot(`
    "orchestrate: apply asks before it changes anything, and here is no terminal to ask on; nothing was contacted
    → orchestrate apply inventories/prod.ts --yes, or --dry-run to see the plan
    exit 4"
  `)
})

describe('--server', () => {
  it.each([
    ['192.0.2.1', { address: '192.0.2.1' }],
    ['192.0.2.1:5353', { address: '192.0.2.1', port: 5353 }],
    ['2001:db8::1', { address: '2001:db8::1' }],
    ['[2001:db8::1]:5353', { address: '2001:db8::1', port: 5353 }],
    ['[2001:db8::1]', { address: '2001:db8::1' }],
  ])('takes %s', (text, server) => expect(serverOf(text)).toEqual(server))

  it.each([
    'ns.blue.example',
    '300.0.0.1',
    '192.0.2.1:0',
    '192.0.2.1:99999',
    '[192.0.2.1]:53',
    '[::1',
    '1:2',
    '',
    '2001:db8::x',
  ])('refuses %s before anything is contacted', async (text) =>
    expect(await typed(`verify a.ts --server=${text}`)).toMatch(/is invalid\. Allowed: an IP address.*exit 64$/s),
  )
})
