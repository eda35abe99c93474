package goodfit

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/goodfit-ml/goodfit/losses"
	"github.com/goodfit-ml/goodfit/metrics"
	"github.com/goodfit-ml/goodfit/opt"
	"github.com/goodfit-ml/goodfit/optim"
)

// Config says how a model is trained and scored.
type Config struct {
	// Loss is what training makes small, at every output that Outputs does not name.
	Loss losses.Loss
	// Optimizer is the update rule; nil means optim.Adam{}.
	Optimizer optim.Optimizer
	// Metrics are reported beside the loss, at every output that Outputs does not name.
	Metrics []metrics.Metric
	// Outputs gives outputs of a graph a loss, a weight and metrics of their own.
	Outputs []Output
	// Groups give parameters a learning rate and a weight decay of their own. The
	// first group that matches a parameter is its group; those that none matches take
	// the optimizer's.
	Groups []Group
	// Accumulate is the number of batches whose gradients are averaged for one
	// update; 0 means 1.
	Accumulate int
	// Noise is added to weights and gradients in training; zero: none.
	Noise optim.Noise
	// Seed draws the initial weights, the order of the rows and the noise.
	Seed uint64
}

// Output is the training target at one output of a graph.
type Output struct {
	Name    string // the output's layer
	Loss    losses.Loss
	Weight  opt.Float // of its loss in the sum; default 1
	Metrics []metrics.Metric
}

// optimizer returns the optimizer that takes effect.
func (c Config) optimizer() optim.Optimizer {
	if c.Optimizer == nil {
		return optim.Adam{}
	}
	return c.Optimizer
}

// check reports every fault that shows without data. names are the outputs.
func (c Config) check(names []string) error {
	var errs []error
	if err := c.optimizer().Check(); err != nil {
		errs = append(errs, fmt.Errorf("optimizer: %w", err))
	}
	if err := c.Noise.Check(); err != nil {
		errs = append(errs, err)
	}
	if c.Accumulate < 0 {
		errs = append(errs, fmt.Errorf("Accumulate is %d, want 0 or more batches", c.Accumulate))
	}
	for _, o := range c.Outputs {
		if w := o.Weight.Or(1); !(w >= 0) || math.IsInf(w, 0) {
			errs = append(errs, fmt.Errorf("output %q: Weight is %g, want a number of at least 0", o.Name, w))
		}
		if !slices.Contains(names, o.Name) {
			errs = append(errs, fmt.Errorf("output %q is none of the model's outputs %q", o.Name, names))
		}
	}
	for _, name := range names {
		if c.output(name).Loss == nil {
			errs = append(errs, fmt.Errorf("output %q has no loss; set Config.Loss", name))
		}
		errs = append(errs, checkMetrics(name, c.output(name).Metrics))
	}
	return errors.Join(errs...)
}

// checkMetrics reports metrics that are nil, and two of the same name.
func checkMetrics(output string, list []metrics.Metric) error {
	seen := map[string]bool{"loss": true}
	for k, m := range list {
		if m == nil {
			return fmt.Errorf("output %q: metric %d is nil", output, k)
		}
		if seen[m.Name()] {
			return fmt.Errorf("output %q: two series would be named %q", output, m.Name())
		}
		seen[m.Name()] = true
	}
	return nil
}

// output returns what applies to the named output.
func (c Config) output(name string) Output {
	for _, o := range c.Outputs {
		if o.Name == name {
			return o
		}
	}
	return Output{Name: name, Loss: c.Loss, Metrics: c.Metrics}
}
