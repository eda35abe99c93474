package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// newRootCommand returns the command with all its subcommands.
func newRootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:           "goodfit",
		Short:         "Neural networks that fit well: train on a table, score, diagnose, predict",
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          knownCommand,
		RunE:          func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	root.SetFlagErrorFunc(flagError)
	root.AddCommand(newFitCommand(), newImproveCommand(), newPredictCommand(), newEvaluateCommand(), newInspectCommand(),
		newDiagnoseCommand(), newDataCommand(), newStudyCommand(), newVersionCommand())
	return root
}

// knownCommand says what a word that names no subcommand may have meant.
func knownCommand(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	var names []string
	for _, sub := range c.Commands() {
		if sub.IsAvailableCommand() {
			names = append(names, sub.Name())
		}
	}
	hint := ""
	if name, ok := nearest(args[0], names); ok {
		hint = fmt.Sprintf("did you mean %q? ", name)
	}
	return fmt.Errorf("%s has no subcommand %q; %sthere are %s", c.CommandPath(), args[0], hint, strings.Join(names, ", "))
}

// flagError says what a flag wants, in a word about its type.
func flagError(c *cobra.Command, err error) error {
	var invalid *pflag.InvalidValueError
	if !errors.As(err, &invalid) {
		return fmt.Errorf("%w; see %s -h", err, c.CommandPath())
	}
	wants := map[string]string{"int": "a whole number", "uint64": "a whole number of at least 0", "float64": "a number", "bool": "true or false"}
	f := invalid.GetFlag()
	want, ok := wants[f.Value.Type()]
	if !ok {
		return fmt.Errorf("--%s is %q: %w", f.Name, invalid.GetValue(), invalid.Unwrap())
	}
	return fmt.Errorf("--%s is %q, want %s", f.Name, invalid.GetValue(), want)
}

// atLeast asks for one argument of that name or more.
func atLeast(name string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) == 0 {
			return fmt.Errorf("%s needs %s; see %s -h", c.CommandPath(), name, c.CommandPath())
		}
		return nil
	}
}

// exactly wants one argument for each name.
func exactly(names ...string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) < len(names) {
			return fmt.Errorf("%s needs %s; see %s -h", c.CommandPath(), strings.Join(names[len(args):], " and "), c.CommandPath())
		}
		if len(args) > len(names) {
			return fmt.Errorf("%s does not know what to do with %q; see %s -h", c.CommandPath(), args[len(names)], c.CommandPath())
		}
		return nil
	}
}
