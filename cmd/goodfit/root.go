package main

import (
	"fmt"

	"github.com/spf13/cobra"
)

// newRootCommand returns the command with all its subcommands.
func newRootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:           "goodfit",
		Short:         "Neural networks that fit well: train on a table, score, diagnose, predict",
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return c.Help()
		},
	}
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		return fmt.Errorf("%w; see %s -h", err, c.CommandPath())
	})
	root.AddCommand(newFitCommand(), newPredictCommand(), newEvaluateCommand(), newInspectCommand(),
		newDiagnoseCommand(), newDataCommand(), newVersionCommand())
	return root
}

// exactly wants so many arguments, and names them in the error.
func exactly(names ...string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) != len(names) {
			return fmt.Errorf("%s takes %d arguments (%v), not %d; see %s -h", c.CommandPath(), len(names), names, len(args), c.CommandPath())
		}
		return nil
	}
}
