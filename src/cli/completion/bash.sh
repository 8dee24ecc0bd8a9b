# Completion of netsuite-tba for bash.
_netsuite_tba() {
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} command=${COMP_WORDS[1]}
  local flags= values= names=
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W '@COMMANDS@' -- "$word"))
    return
  fi
  case $command in
@CASES@
  esac
  # Of the values of flags only names are known.
  if [[ " $values " == *" $before "* ]]; then
    [ "$before" = --authID ] || [ "$before" = --to ] || return
    command=use
  elif [[ $word == -* ]]; then
    COMPREPLY=($(compgen -W "$flags" -- "$word"))
    return
  fi
  case $command in
    @NAMED@)
      names=$("${COMP_WORDS[0]}" completion --names 2>/dev/null)
      COMPREPLY=($(compgen -W "$names" -- "$word")) ;;
    completion) COMPREPLY=($(compgen -W 'bash zsh fish powershell' -- "$word")) ;;
    guide) COMPREPLY=($(compgen -W 'integration-record' -- "$word")) ;;
    import) COMPREPLY=($(compgen -f -- "$word")) ;;
  esac
}
complete -F _netsuite_tba netsuite-tba
