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

	"github.com/spf13/cobra"
)

// Exit codes.
const (
	exitOK          = 0
	exitFailed      = 1 // the work failed: the loss diverged, a disk is full
	exitBadInput    = 2 // the command or its input is not as it must be
	exitInterrupted = 130
)

// keepsOnInterrupt names the commands that end in good order, with what they have,
// when their context ends; a signal simply ends the others.
var keepsOnInterrupt = map[string]bool{"goodfit fit": true, "goodfit improve": true, "goodfit study run": true}

func main() { os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }

// run runs one command line and returns its exit code.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // the second signal ends the process
	root := newRootCommand()
	root.PersistentPreRun = func(c *cobra.Command, _ []string) {
		if !keepsOnInterrupt[c.CommandPath()] {
			stop() // the first signal does
		}
	}
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return exitOK
	}
	fmt.Fprintln(stderr, "goodfit:", sentence(err))
	return codeOf(err)
}

// codeOf returns the exit code of an error.
func codeOf(err error) int {
	var f failure
	switch {
	case errors.Is(err, context.Canceled):
		return exitInterrupted
	case errors.As(err, &f):
		return f.code
	}
	return exitBadInput
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

// unwritten tells a full or broken disk, where the work failed, from a path that
// cannot be written to, which is bad input.
func unwritten(err error) error {
	for _, disk := range []error{syscall.ENOSPC, syscall.EFBIG, syscall.EDQUOT, syscall.EIO} {
		if errors.Is(err, disk) {
			return failed(err)
		}
	}
	return err
}

// sentence returns an error on one line, without the names of packages in front,
// which say nothing to a reader.
func sentence(err error) string {
	text := strings.Join(strings.FieldsFunc(err.Error(), func(r rune) bool { return r == '\n' }), "; ")
	for _, prefix := range []string{"goodfit: ", "fit: ", "pipeline: ", "coach: ", "datasets: ", "curves: ", "report: ", "plots: "} {
		text = strings.TrimPrefix(text, prefix)
	}
	return strings.ReplaceAll(strings.ReplaceAll(text, ": datasets: ", ": "), ": goodfit: ", ": ")
}
