# Completion of netsuite-tba for fish.
complete -c netsuite-tba -f
@CASES@
complete -c netsuite-tba -n '__fish_seen_subcommand_from @NAMED@' -a '(netsuite-tba completion --names 2>/dev/null)'
complete -c netsuite-tba -n '__fish_seen_subcommand_from completion' -a 'bash zsh fish powershell'
complete -c netsuite-tba -n '__fish_seen_subcommand_from guide' -a integration-record
complete -c netsuite-tba -n '__fish_seen_subcommand_from import' -F
