//go:build unix

package main

import (
	"fmt"
	"os"
	"strconv"
	"syscall"
)

// limited runs goodfit in a process that cannot make a file larger than so many
// bytes, as on a disk that fills up: limited BYTES ARGS…
func limited() {
	n, err := strconv.Atoi(os.Args[1])
	if err != nil {
		panic(err)
	}
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		panic(err)
	}
	limit.Cur = uint64(n)
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		panic(err)
	}
	code := run(os.Args[2:], os.Stdin, os.Stdout, os.Stderr)
	fmt.Fprintln(os.Stderr, "exit code", code)
	os.Exit(code)
}
