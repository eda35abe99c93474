// Goodfit trains neural networks that fit well on tables, and tells from learning
// curves whether they do. Run goodfit -h for its subcommands.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
)

// Exit codes.
const (
	exitOK          = 0
	exitFailed      = 1 // the work failed: the loss diverged, a disk is full
	exitBadInput    = 2 // the command or its input is not as it must be
	exitInterrupted = 130
)

func main() { os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }

// run runs one command line and returns its exit code.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // the second signal ends the process
	root := newRootCommand()
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return exitOK
	}
	var failure failure
	code := exitBadInput
	if errors.As(err, &failure) {
		code = failure.code
	}
	if errors.Is(err, context.Canceled) {
		code = exitInterrupted
	}
	fmt.Fprintln(stderr, "goodfit:", sentence(err))
	return code
}

// failure is an error with an exit code other than that of bad input.
type failure struct {
	code int
	error
}

// Unwrap returns the error itself.
func (f failure) Unwrap() error { return f.error }

// failed marks an error as the failure of work on good input.
func failed(err error) error {
	if err == nil {
		return nil
	}
	return failure{exitFailed, err}
}

// sentence returns an error on one line, without the names of packages that say
// nothing to a reader.
func sentence(err error) string {
	text := strings.ReplaceAll(err.Error(), "\n", "; ")
	for _, prefix := range []string{"goodfit: fit: ", "goodfit: ", "pipeline: ", "datasets: ", "curves: ", "report: ", "plots: "} {
		text = strings.TrimPrefix(text, prefix)
	}
	return text
}
