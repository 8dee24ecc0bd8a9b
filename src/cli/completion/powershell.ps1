# Completion of netsuite-tba for PowerShell.
Register-ArgumentCompleter -Native -CommandName netsuite-tba -ScriptBlock {
  param($word, $ast, $at)
  $words = @($ast.CommandElements | ForEach-Object { $_.ToString() })
  $done = if ($word -eq '') { $words } else { @($words | Select-Object -SkipLast 1) }
  $command = if ($done.Count -gt 1) { $done[1] } else { '' }
  $flags = @()
  $values = @()
  switch ($command) {
@CASES@
  }
  # Of the values of flags only names are known.
  $offer = if ($done.Count -lt 2) { @(@COMMANDS@) }
    elseif ($values -contains $done[-1]) { if ($done[-1] -in '--authID', '--to') { @(& $words[0] completion --names 2>$null) } }
    elseif ($word -like '-*') { $flags }
    elseif ($command -match '^(@NAMED@)$') { @(& $words[0] completion --names 2>$null) }
    elseif ($command -eq 'completion') { @('bash', 'zsh', 'fish', 'powershell') }
    elseif ($command -eq 'guide') { @('integration-record') }
  $offer | Where-Object { $_ -like "$word*" } | ForEach-Object {
    [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
  }
}
