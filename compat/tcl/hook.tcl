# Hook: makes Redis's own Tcl tests survive a server that lacks something, and report each test by name.
#
# Role: sourced into a test client after Redis's test_helper.tcl, before any unit file. It changes how tests
# are run and told about, never what they ask or expect:
#   - What happens is told as lines of base64 words (kind, then data), which harness.ts reads.
#   - An error between tests (set-up, an assertion outside a test) is told and passed over. The body of a
#     start_server block runs one command after the other, so that the tests behind the error still run.
#   - FUNCTION FLUSH, which the harness sends before each block, may be unknown to the server.
#   - Names of commands that a test sends, and those that the server called unknown, are told, so that a
#     failure can be put down to a command that is not there. Commands in COMPAT_ABSENT, which the server does
#     not have, are answered here, as it would: a blocking one is then refused when it is sent, and the test
#     does not wait for what cannot come.
#   - A server that ends while it is starting is an error at once, and not after two minutes.

set ::compat_depth 0
set ::compat_is_refused 0
array set ::compat_sent {}
array set ::compat_absent {}
if {[info exists ::env(COMPAT_ABSENT)]} {
    foreach name $::env(COMPAT_ABSENT) {set ::compat_absent($name) 1}
}

proc compat_tell {kind args} {
    set words [list $kind]
    foreach word $args {
        lappend words [binary encode base64 [encoding convertto utf-8 $word]]-
    }
    puts $::test_server_fd [join $words " "]
    flush $::test_server_fd
}

proc send_data_packet {fd status data {elapsed 0}} {
    compat_tell $status $data
}

# The commands of a script, one by one: a command ends where its braces and quotes do, at the end of a line.
proc compat_commands {script} {
    set commands {}
    set command ""
    foreach line [split $script "\n"] {
        append command $line "\n"
        regexp {\\*$} $line slashes
        if {[string length $slashes] % 2 == 0 && [info complete $command]} {
            if {[string trim $command] ne ""} {lappend commands $command}
            set command ""
        }
    }
    if {[string trim $command] ne ""} {lappend commands $command}
    return $commands
}

# The same script, with each command on its own.
proc compat_steps {script} {
    set steps ""
    foreach command [compat_commands $script] {
        append steps [list compat_step $command] "\n"
    }
    return $steps
}

# Inside a test nothing is passed over: there an error is the test's result.
proc compat_step {script} {
    set code [catch {uplevel 1 $script} result options]
    if {$code == 1 && $::compat_depth == 0} {
        compat_tell outside [string range [string trim $script] 0 200] $result
        return
    }
    dict incr options -level
    return -options $options $result
}

proc execute_test_file __testname {
    set ::curfile "tests/$__testname.tcl"
    set __file [open $::curfile r]
    set __script [read $__file]
    close $__file
    foreach __command [compat_commands $__script] {
        compat_step $__command
    }
    compat_tell done $__testname
}

rename test compat_test
proc test {name code {okpattern undefined} {tags {}}} {
    compat_tell begin $name
    array unset ::compat_sent
    set ::compat_is_refused 0
    incr ::compat_depth
    set status [catch {uplevel 1 [list compat_test $name $code $okpattern $tags]} result options]
    incr ::compat_depth -1
    # A test that stopped half-way may have left writes paused, or the client in another mode.
    if {$::compat_is_refused} {
        catch {compat_r deferred 0}
        catch {compat_r readraw 0}
        catch {compat_r client unpause}
        catch {compat_r discard}
    }
    compat_tell end $name
    dict incr options -level
    return -options $options $result
}

# A block inside a test belongs to the test; only blocks outside are taken apart.
rename start_server compat_start_server
proc start_server {options {code undefined}} {
    if {$code ne "undefined" && $::compat_depth == 0} {set code [compat_steps $code]}
    set tags $::tags
    set status [catch {uplevel 1 [list compat_start_server $options $code]} result returned]
    if {$status == 1} {set ::tags $tags}
    dict incr returned -level
    return -options $returned $result
}

rename tags compat_tags
proc tags {tags code} {
    if {$::compat_depth == 0} {set code [compat_steps $code]}
    uplevel 1 [list compat_tags $tags $code]
}

rename r compat_r
proc r {args} {
    set status [catch {uplevel 1 [list compat_r {*}$args]} result options]
    if {$status == 1} {
        set is_function_flush [expr {[string tolower [lrange $args 0 1]] eq {function flush}}]
        if {$::compat_depth == 0 || ($is_function_flush && [string match "*unknown command*" $result])} {
            compat_tell outside [string range "r $args" 0 200] $result
            return
        }
    }
    dict incr options -level
    return -options $options $result
}

# Each name is told once for each test. COMMAND's arguments count too: they are what is asked about.
rename ::redis::__dispatch__raw__ ::redis::compat_dispatch
proc ::redis::__dispatch__raw__ {id method argv} {
    if {![info exists ::compat_sent($method)] || [string equal -nocase $method command]} {
        set ::compat_sent($method) 1
        if {[string equal -nocase $method command]} {
            foreach word $argv {compat_tell sent $word}
        }
        if {[info commands ::redis::__method__$method] eq {}} {compat_tell sent $method}
    }
    if {$::compat_depth > 0} {
        set name [string tolower $method]
        set subname "$name|[string tolower [lindex $argv 0]]"
        if {[info exists ::compat_absent($name)]} {
            set ::compat_is_refused 1
            return -code error "ERR unknown command '$method'"
        }
        if {[info exists ::compat_absent($subname)]} {
            compat_tell sent $subname
            set ::compat_is_refused 1
            return -code error "ERR unknown subcommand '[lindex $argv 0]'. Try [string toupper $method] HELP."
        }
    }
    uplevel 1 [list ::redis::compat_dispatch $id $method $argv]
}

proc ::redis::redis_read_line fd {
    set line [string trim [redis_safe_gets $fd]]
    if {[string match -nocase "*ERR unknown *command*" $line]} {compat_tell unknown $line}
    return $line
}

rename wait_server_started compat_wait_server_started
proc wait_server_started {config_file stdout pid} {
    for {set attempt 0} {$attempt < 1200} {incr attempt} {
        set log [exec cat $stdout]
        if {[regexp -- " PID: $pid|Failed listening on port" $log]} break
        if {[catch {exec kill -0 $pid}]} {
            error "the server ended while starting: [string range [exec cat $stdout] end-400 end]"
        }
        after 100
    }
    compat_wait_server_started $config_file $stdout $pid
}
