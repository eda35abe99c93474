package pipeline

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/ensembles"
	"github.com/goodfit-ml/goodfit/internal/atomicfile"
	"github.com/goodfit-ml/goodfit/internal/registry"
)

// scalings names the scalings that a recipe in a file can have.
var scalings = registry.New[datasets.Scaling]("scaling").RegisteredBy("pipeline.RegisterScaling")

// RegisterScaling names a scaling type, so that files can hold it: zero is a value
// of the type. It panics if the name is taken by another type.
func RegisterScaling(name string, zero datasets.Scaling) { scalings.Register(name, zero) }

func init() {
	RegisterScaling("Standardize", datasets.Standardize{})
	RegisterScaling("MinMax", datasets.MinMax{})
	RegisterScaling("MaxAbs", datasets.MaxAbs{})
	RegisterScaling("Robust", datasets.Robust{})
	RegisterScaling("YeoJohnson", datasets.YeoJohnson{})
}

// recipeForm is what stands in a file.
type recipeForm Recipe

var recipeTables = []registry.Nested{scalings, registry.Of(ensembles.Marshal, ensembles.Unmarshal)}

// MarshalJSON returns the fields that are not zero; scalings, layers and the other
// parts have their registered name as "type". The same recipe makes the same bytes.
// It fails if a part is not registered.
func (r Recipe) MarshalJSON() ([]byte, error) {
	text, err := registry.Marshal(recipeForm(r), recipeTables...)
	return text, without(err)
}

// UnmarshalJSON reads what MarshalJSON wrote. It fails on unknown members, unknown
// types and values out of range, and leaves r as it was.
func (r *Recipe) UnmarshalJSON(text []byte) error {
	var f recipeForm
	if err := registry.Unmarshal(text, &f, recipeTables...); err != nil {
		return without(err)
	}
	if err := f.Prepare.options(0).check(); err != nil {
		return fmt.Errorf("Prepare: %w", err)
	}
	if len(f.Train.Layers) == 0 {
		return errors.New("Train: there are no layers")
	}
	*r = Recipe(f)
	return nil
}

// without takes the name of the form's type from an error of the registry.
func without(err error) error {
	if inner := errors.Unwrap(err); inner != nil {
		return inner
	}
	return err
}

// Seed returns the seed that the recipe was written with.
func (r Recipe) Seed() uint64 { return r.Train.Config.Seed }

// WriteRecipe writes a recipe to a file as indented JSON, whole or not at all.
func WriteRecipe(path string, r Recipe) error {
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		var inner *json.MarshalerError
		if errors.As(err, &inner) {
			err = inner.Err
		}
		return fmt.Errorf("recipe %s: %w", path, err)
	}
	return atomicfile.WriteFile(path, func(w io.Writer) error {
		_, err := w.Write(append(text, '\n'))
		return err
	})
}

// mostRecipe is the largest recipe that is read, in bytes.
const mostRecipe = 4 << 20

// ReadRecipe reads what [WriteRecipe] wrote. It fails on anything else, and says
// what is wrong.
func ReadRecipe(path string) (Recipe, error) {
	f, err := os.Open(path)
	if err != nil {
		return Recipe{}, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, mostRecipe+1))
	if err != nil {
		return Recipe{}, err
	}
	if len(text) > mostRecipe {
		return Recipe{}, fmt.Errorf("%s: a recipe of more than %d bytes", path, mostRecipe)
	}
	var r Recipe
	if err := r.UnmarshalJSON(text); err != nil {
		return Recipe{}, fmt.Errorf("%s: %w", path, err)
	}
	return r, nil
}
