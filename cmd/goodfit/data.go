package main

import (
	"fmt"
	"io"
	"math"

	"github.com/spf13/cobra"

	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/opt"
)

const dataHelp = `Draw a data set from a seed and write it as CSV with the columns x1, x2, … and y.

Rows, labels and values are those of scikit-learn's make_blobs, make_circles,
make_moons and make_regression for the same arguments and random_state.`

// mostCells keeps a slip of the finger from asking for all memory.
const mostCells = 1 << 28

// dataFlags are the options of all generators; a subcommand has those it uses.
type dataFlags struct {
	samples, features, centers, informative int
	std, noise, factor                      float64
	seed                                    uint64
	noShuffle, json                         bool
	out                                     string
	command                                 *cobra.Command
}

func newDataCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "data blobs|circles|moons|regression",
		Short: "Generate a data set",
		Long:  dataHelp,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				return fmt.Errorf("%s needs a generator: blobs, circles, moons or regression", c.CommandPath())
			}
			return fmt.Errorf("no generator is named %q; there are blobs, circles, moons and regression", args[0])
		},
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(newBlobsCommand(), newCirclesCommand(), newMoonsCommand(), newRegressionCommand())
	return c
}

// generatorCommand returns a subcommand with the options that all have.
func generatorCommand(name, short string, make func(f *dataFlags) datasets.Generator) (*cobra.Command, *dataFlags) {
	f := &dataFlags{}
	c := &cobra.Command{Use: name, Short: short, Args: exactly(), RunE: func(c *cobra.Command, _ []string) error {
		f.command = c
		return f.run(make(f), c.OutOrStdout())
	}}
	c.Flags().IntVar(&f.samples, "samples", 100, "rows")
	c.Flags().Uint64Var(&f.seed, "seed", 1, "the seed of all draws")
	c.Flags().BoolVar(&f.noShuffle, "no-shuffle", false, "leave the rows in the order in which they are made")
	c.Flags().StringVarP(&f.out, "out", "o", "", "the file to write (default: standard output)")
	c.Flags().BoolVar(&f.json, "json", false, "write a JSON list with an object for each row")
	return c, f
}

func newBlobsCommand() *cobra.Command {
	c, f := generatorCommand("blobs", "Gaussian clusters, a class each", func(f *dataFlags) datasets.Generator {
		return datasets.Blobs{Samples: f.samples, Features: f.features, Centers: f.centers, Std: opt.Of(f.std), NoShuffle: f.noShuffle, Seed: f.seed}
	})
	c.Flags().IntVar(&f.features, "features", 2, "columns")
	c.Flags().IntVar(&f.centers, "centers", 3, "clusters")
	c.Flags().Float64Var(&f.std, "std", 1, "standard deviation of each cluster")
	return c
}

func newCirclesCommand() *cobra.Command {
	c, f := generatorCommand("circles", "Two circles, one in the other", func(f *dataFlags) datasets.Generator {
		return datasets.Circles{Samples: f.samples, Noise: f.noise, Factor: opt.Of(f.factor), NoShuffle: f.noShuffle, Seed: f.seed}
	})
	c.Flags().Float64Var(&f.noise, "noise", 0, "standard deviation of the noise")
	c.Flags().Float64Var(&f.factor, "factor", 0.8, "radius of the inner circle, from 0 to below 1")
	return c
}

func newMoonsCommand() *cobra.Command {
	c, f := generatorCommand("moons", "Two half circles that reach into each other", func(f *dataFlags) datasets.Generator {
		return datasets.Moons{Samples: f.samples, Noise: f.noise, NoShuffle: f.noShuffle, Seed: f.seed}
	})
	c.Flags().Float64Var(&f.noise, "noise", 0, "standard deviation of the noise")
	return c
}

func newRegressionCommand() *cobra.Command {
	c, f := generatorCommand("regression", "A linear target with noise", func(f *dataFlags) datasets.Generator {
		informative := f.informative
		if !f.command.Flags().Changed("informative") {
			informative = min(informative, f.features)
		}
		return datasets.Regression{Samples: f.samples, Features: f.features, Informative: informative, Noise: f.noise, NoShuffle: f.noShuffle, Seed: f.seed}
	})
	c.Flags().IntVar(&f.features, "features", 100, "columns")
	c.Flags().IntVar(&f.informative, "informative", 10, "columns that the target depends on, at most all")
	c.Flags().Float64Var(&f.noise, "noise", 0, "standard deviation of the noise on the target")
	return c
}

// run draws and writes.
func (f *dataFlags) run(g datasets.Generator, stdout io.Writer) error {
	if err := f.check(); err != nil {
		return err
	}
	if err := g.Check(); err != nil {
		return err
	}
	table, err := g.Make().Table()
	if err != nil {
		return err
	}
	return writeTable(table, f.out, f.json, stdout)
}

// check reports options that are out of range for every generator. What a
// generator takes as "not given", a user has given.
func (f *dataFlags) check() error {
	flags := f.command.Flags()
	for _, whole := range []struct {
		name  string
		value int
	}{{"samples", f.samples}, {"features", f.features}, {"centers", f.centers}, {"informative", f.informative}} {
		if flags.Lookup(whole.name) != nil && whole.value < 1 {
			return fmt.Errorf("--%s is %d, want at least 1", whole.name, whole.value)
		}
	}
	for _, number := range []struct {
		name  string
		value float64
	}{{"std", f.std}, {"noise", f.noise}, {"factor", f.factor}} {
		if !(number.value >= 0) || math.IsInf(number.value, 0) {
			return fmt.Errorf("--%s is %g, want a number of at least 0", number.name, number.value)
		}
	}
	if flags.Changed("informative") && f.informative > f.features {
		return fmt.Errorf("--informative is %d, want at most the %d of --features", f.informative, f.features)
	}
	if columns := max(f.features, 2); f.samples > mostCells/columns {
		return fmt.Errorf("%d rows of %d columns are too many for memory; at most %d rows", f.samples, columns, mostCells/columns)
	}
	return nil
}
