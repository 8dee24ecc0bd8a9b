#compdef netsuite-tba
# Completion of netsuite-tba for zsh.
_netsuite_tba() {
  local -a commands flags values names
  local command=$words[2] before=$words[CURRENT-1]
  commands=(
@DESCRIBED@
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  case $command in
@CASES@
  esac
  # Of the values of flags only names are known.
  if (( $values[(Ie)$before] )); then
    [[ $before == --authID || $before == --to ]] || return 1
    command=use
  elif [[ $words[CURRENT] == -* ]]; then
    compadd -- $flags
    return
  fi
  case $command in
    @NAMED@)
      names=(${(f)"$($words[1] completion --names 2>/dev/null)"})
      compadd -- $names ;;
    completion) compadd bash zsh fish powershell ;;
    guide) compadd integration-record ;;
    import) _files ;;
  esac
}
if [ "$funcstack[1]" = _netsuite_tba ]; then _netsuite_tba "$@"; else compdef _netsuite_tba netsuite-tba; fi
