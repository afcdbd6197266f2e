/** Shells that have a completion script. */
export const shells = ['bash', 'zsh', 'fish'] as const

/** The script that teaches a shell to ask `orchestrate __complete` for candidates. */
export const completionScripts: Readonly<Record<(typeof shells)[number], string>> = {
  bash: `# orchestrate completion for bash: eval "$(orchestrate completion bash)"
_orchestrate() {
  local line=\${COMP_LINE:0:COMP_POINT} cur last prefix
  local -a given reply
  read -ra given <<<"$line"
  if [[ $line == *[[:space:]] ]]; then given+=(''); fi
  # A word in quotes is completed as if it had none.
  given[-1]=\${given[-1]#[\\'\\"]}
  cur=\${given[-1]}
  mapfile -t reply < <("\${given[0]}" __complete "\${given[@]:1}" 2>/dev/null)
  COMPREPLY=()
  if [[ \${reply[0]-} == :files ]]; then
    reply=("\${reply[@]:1}")
    compopt -o filenames 2>/dev/null
    mapfile -t COMPREPLY < <(compgen -f -- "$cur")
  fi
  # bash cuts words at = : and @ and puts in only what follows the cut; of these, @ belongs to what it replaces.
  last=\${COMP_WORDS[COMP_CWORD]#[\\'\\"]}
  prefix=\${cur%"$last"}
  if [[ $last == [=:] ]]; then prefix=$cur; fi
  prefix=\${prefix%@}
  local candidate
  for candidate in "\${reply[@]%%$'\\t'*}"; do
    candidate=\${candidate#"$prefix"}
    if [[ " \${COMPREPLY[*]-} " != *" $candidate "* ]]; then COMPREPLY+=("$candidate"); fi
  done
}
complete -F _orchestrate orchestrate
`,
  zsh: `#compdef orchestrate
# orchestrate completion for zsh: eval "$(orchestrate completion zsh)"
_orchestrate() {
  local -a reply described
  reply=("\${(@f)$("\${words[1]}" __complete "\${(@Q)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ \${reply[1]} == :files ]]; then
    shift reply
    # Both at once would be completed to what they have in common, without the slash.
    if (( ! \${#reply} )); then _files; return; fi
  fi
  described=("\${(@)\${(@)reply//:/\\\\:}/$'\\t'/:}")
  described=("\${(@)described:#}")
  (( \${#described} )) && _describe -V orchestrate described
}
compdef _orchestrate orchestrate
`,
  fish: `# orchestrate completion for fish: orchestrate completion fish | source
function __orchestrate_complete
  set -l given (commandline -opc)
  set -l current (commandline -ct)
  # In quotes it is a word, even if it is empty.
  set -a given "$current"
  set -l reply (command $given[1] __complete $given[2..] 2>/dev/null)
  if test "$reply[1]" = ':files'
    __fish_complete_path (commandline -ct)
    set -e reply[1]
  end
  printf '%s\\n' $reply
end
complete -c orchestrate -f -a '(__orchestrate_complete)'
`,
}
