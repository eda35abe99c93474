package main

import (
	"fmt"
	"runtime"

	"github.com/spf13/cobra"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/internal/kernel"
)

// versionJSON is what version --json prints.
type versionJSON struct {
	Goodfit string `json:"goodfit"`
	Go      string `json:"go"`
	System  string `json:"system"`
	CPU     string `json:"cpu"`  // the vector instructions in use
	Best    string `json:"best"` // those that the machine has
	Cores   int    `json:"cores"`
	Threads int    `json:"threads"`
}

func newVersionCommand() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "version",
		Short: "Print the versions of goodfit and Go, the CPU level and the cores",
		Args:  exactly(),
		RunE: func(c *cobra.Command, _ []string) error {
			v := versionJSON{goodfit.Version, runtime.Version(), runtime.GOOS + "/" + runtime.GOARCH,
				kernel.Active().String(), kernel.Best().String(), runtime.NumCPU(), runtime.GOMAXPROCS(0)}
			if asJSON {
				return printJSON(c.OutOrStdout(), v)
			}
			_, err := fmt.Fprintf(c.OutOrStdout(), "goodfit %s\n%s %s\nkernels %s (the machine has %s)\n%d cores, %d threads\n",
				v.Goodfit, v.Go, v.System, v.CPU, v.Best, v.Cores, v.Threads)
			return failed(err)
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print one JSON object")
	return c
}
