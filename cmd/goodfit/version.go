package main

import (
	"fmt"
	"io"
	"maps"
	"runtime"
	"runtime/debug"
	"slices"

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
	// Modules are the libraries in the program, by path.
	Modules map[string]string `json:"modules"`
}

// modules returns the versions of the libraries that the program was built with;
// none where the build did not record them.
func modules() map[string]string {
	versions := map[string]string{}
	info, _ := debug.ReadBuildInfo()
	if info == nil {
		return versions
	}
	for _, m := range info.Deps {
		if m.Replace != nil {
			m = m.Replace
		}
		versions[m.Path] = m.Version
	}
	return versions
}

func newVersionCommand() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "version",
		Short: "Print the versions of goodfit, Go and the libraries in it, the CPU level and the cores",
		Args:  exactly(),
		RunE: func(c *cobra.Command, _ []string) error {
			v := versionJSON{goodfit.Version, runtime.Version(), runtime.GOOS + "/" + runtime.GOARCH,
				kernel.Active().String(), kernel.Best().String(), runtime.NumCPU(), runtime.GOMAXPROCS(0), modules()}
			if asJSON {
				return printJSON(c.OutOrStdout(), v)
			}
			return failed(v.print(c.OutOrStdout()))
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print one JSON object")
	return c
}

func (v versionJSON) print(w io.Writer) error {
	_, err := fmt.Fprintf(w, "goodfit %s\n%s %s\nkernels %s (the machine has %s)\n%d cores, %d threads\n",
		v.Goodfit, v.Go, v.System, v.CPU, v.Best, v.Cores, v.Threads)
	for _, path := range slices.Sorted(maps.Keys(v.Modules)) {
		if err == nil {
			_, err = fmt.Fprintf(w, "%s %s\n", path, v.Modules[path])
		}
	}
	return err
}
