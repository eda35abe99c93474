package ensembles

import (
	"context"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/internal/registry"
	"github.com/goodfit-ml/goodfit/metrics"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/optim"
)

// Method says how an ensemble is made. It is a plain value without state, such as
// Bagging{Members: 10}. A method of one's own implements Method and is named by
// [Register] so that files can hold it.
type Method interface {
	// Fit trains the members by the recipe and combines them. recipe.Config.Seed
	// is not used: each member has a seed derived from the method's.
	//
	// It fails before training if a field of the method is out of range or the
	// data do not fit the recipe. When ctx ends or the training of a member fails,
	// it returns the error and, where members alone make an ensemble, one of those
	// that were finished; nil if there are none.
	Fit(ctx context.Context, recipe goodfit.Recipe, train *datasets.Dataset) (*Ensemble, error)
}

// methods is the table of named methods.
var methods = registry.New[Method]("ensemble method", combiners, searches, learners,
	registry.Of(nn.MarshalLayer, nn.UnmarshalLayer), registry.Of(optim.Marshal, optim.Unmarshal),
	registry.Of(metrics.Marshal, metrics.Unmarshal))

// Register names a method type, so that files can hold it: zero is a value of the
// type. It panics if the name is taken by another type.
func Register(name string, zero Method) { methods.Register(name, zero) }

// Marshal writes a method as a JSON object with its registered name as "type". It
// fails if the type has no name.
func Marshal(m Method) ([]byte, error) { return methods.Marshal(m) }

// Unmarshal reads what [Marshal] wrote. It fails on a name that is not registered
// and on fields that the type does not have.
func Unmarshal(b []byte) (Method, error) { return methods.Unmarshal(b) }
