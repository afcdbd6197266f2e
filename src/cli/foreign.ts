import { Command } from '@commander-js/extra-typings'

/** `lab` and `secrets` read their own words; these entries are for help and completion. */
export function foreignCommands() {
  const sub = (name: string, description: string, words = '') =>
    new Command(name).description(description).arguments(words)
  const secrets = new Command('secrets')
    .description('the passwords and keys of an inventory, encrypted beside it')
    .addCommand(sub('init', 'make identity and store, generate what is missing', '<INVENTORY>'))
    .addCommand(sub('set', 'store a value from stdin or the keyboard', '<INVENTORY> <NAME>'))
    .addCommand(sub('get', 'print a value', '<INVENTORY> <NAME>'))
    .addCommand(sub('edit', 'all values in your editor', '<INVENTORY>'))
    .addCommand(sub('rekey', 'encrypt the store for other recipients', '<INVENTORY> [RECIPIENT...]'))
    .addCommand(sub('list', 'names, who needs them, which are missing', '<INVENTORY>'))
  const lab = new Command('lab')
    .description('a fleet of AlmaLinux-9-shaped hosts on this machine')
    .addCommand(sub('up', 'start hosts'))
    .addCommand(sub('down', 'remove them'))
    .addCommand(sub('status', 'what runs, and what to type next'))
    .addCommand(sub('ssh', 'a shell or a command on a host', '<HOST>'))
  return [secrets, lab]
}
