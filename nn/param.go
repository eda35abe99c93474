package nn

import (
	"errors"
	"fmt"

	"github.com/goodfit-ml/goodfit/tensor"
)

// Param is one array of numbers that an [Op] owns: weights that training
// changes, or statistics that it gathers.
type Param struct {
	// Name is unique within the layer: "kernel", "bias", "gamma".
	Name string
	// Shape is the array's shape; the last axis is the one of the units.
	Shape tensor.Shape
	// Init draws the first values.
	Init Init
	// Penalty adds to the loss and Constraint is restored after each update.
	Penalty    Penalty
	Constraint Constraint
	// Statistic marks numbers that are gathered in training, not trained.
	Statistic bool
	// Value holds the numbers. The model allocates it.
	Value []float32
}

// Check fails if the shape is empty or a number of the initializer, the penalty
// or the constraint is out of range. The layers of this package call it when they
// are built.
func (p *Param) Check() error {
	var shape error
	if !p.Shape.Valid() {
		shape = fmt.Errorf("shape is %v, want positive axes", p.Shape)
	}
	var errs []error
	for _, err := range []error{shape, p.Init.check(), p.Penalty.check(), p.Constraint.check()} {
		if err != nil {
			errs = append(errs, fmt.Errorf("parameter %q: %w", p.Name, err))
		}
	}
	return errors.Join(errs...)
}

// checkParams checks all parameters of an op.
func checkParams(params []*Param) error {
	var errs []error
	for _, p := range params {
		errs = append(errs, p.Check())
	}
	return errors.Join(errs...)
}
