/** The script that each shell reads once. At every Tab it asks `podwire complete -- WORDS…`. */

export const shells = ["bash", "zsh", "fish"] as const;

export type Shell = (typeof shells)[number];

/** Where nothing is offered the three complete file names. */
export const completionScripts: Readonly<Record<Shell, string>> = {
  // Bash takes `:` and `=` for ends of words, and puts back only what follows the last of them.
  bash: `_podwire() {
  local line word IFS=$'\\n'
  COMPREPLY=()
  while read -r line; do
    word=\${line%%$'\\t'*}
    COMPREPLY+=("$word")
  done < <(podwire complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o bashdefault -o default -F _podwire podwire
`,
  zsh: `#compdef podwire
_podwire() {
  local line
  local -a offered
  while IFS=$'\\t' read -r word description; do
    offered+=("\${word//:/\\\\:}\${description:+:$description}")
  done < <(podwire complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)
  (( \${#offered} )) && _describe podwire offered || _files
}
compdef _podwire podwire
`,
  fish: `function __podwire_complete
    set -l words (commandline -opc)[2..] (commandline -ct)
    set -l offered (podwire complete -- $words 2>/dev/null)
    if test (count $offered) -gt 0
        printf '%s\\n' $offered
    else
        __fish_complete_path (commandline -ct)
    end
end
complete -c podwire -f -a '(__podwire_complete)'
`,
};
