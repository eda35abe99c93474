package goodfit

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/goodfit-ml/goodfit/internal/plan"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/opt"
)

// Group gives parameters a learning rate and a decoupled weight decay of their own,
// whatever the optimizer: smaller steps for layers taken over from another model, no
// decay of an embedding, decay of one layer alone.
//
// Compile fails if a name matches nothing, if Layers and Params together match no
// parameter that is trained, or if Rate or Decay is negative or not finite.
type Group struct {
	// Layers are names; a name stands for the layer, or for all layers of the nested
	// model of that name. None stand for all.
	Layers []string
	// Params are names of parameters, as "kernel" or "bias". None stand for all.
	Params []string
	// Rate multiplies the learning rate; default 1.
	Rate opt.Float
	// Decay is λ of w ← w − η·λ·w before each step (Loshchilov and Hutter 2019); η has
	// been multiplied by Rate. If it is not set, the optimizer's holds: for kernels,
	// that is parameters of two and more axes but biases. If it is set, it is for all
	// parameters of the group.
	Decay opt.Float
}

// check reports numbers out of range.
func (g Group) check() error {
	var errs []error
	if r := g.Rate.Or(1); !(r >= 0) || math.IsInf(r, 0) {
		errs = append(errs, fmt.Errorf("Rate is %g, want a number of at least 0", r))
	}
	if d := g.Decay.Or(0); !(d >= 0) || math.IsInf(d, 0) {
		errs = append(errs, fmt.Errorf("Decay is %g, want a number of at least 0", d))
	}
	return errors.Join(errs...)
}

// groups finds the parameters of the configuration's groups, each of the first that
// matches it.
func (m *Model) groups(c Config) (map[*nn.Param]plan.Group, error) {
	own := map[*nn.Param]plan.Group{}
	decay := c.optimizer().Settings().Decay
	for k := len(c.Groups) - 1; k >= 0; k-- { // the first overwrites those after it
		params, err := m.members(c.Groups[k])
		if err = errors.Join(c.Groups[k].check(), err); err != nil {
			return nil, fmt.Errorf("group %d: %w", k+1, err)
		}
		for _, p := range params {
			g := plan.Group{RateFactor: c.Groups[k].Rate.Or(1), Decay: c.Groups[k].Decay.Or(decay)}
			if !c.Groups[k].Decay.IsSet() && !plan.Decays(p) {
				g.Decay = 0
			}
			own[p] = g
		}
	}
	return own, nil
}

// members lists the trained parameters that a group matches.
func (m *Model) members(g Group) (list []*nn.Param, err error) {
	layers, err := m.withNames(g.Layers)
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	for _, i := range layers {
		for _, p := range m.net.Nodes[i].Op.Params() {
			if !p.Statistic && (len(g.Params) == 0 || slices.Contains(g.Params, p.Name)) {
				list, seen[p.Name] = append(list, p), true
			}
		}
	}
	for _, name := range g.Params {
		if !seen[name] {
			return nil, fmt.Errorf("none of its layers trains a parameter named %q", name)
		}
	}
	if len(list) == 0 {
		return nil, fmt.Errorf("its layers %q train no parameters", g.Layers)
	}
	return list, nil
}

// withNames lists the layers of the given names, and of nested models of these
// names; all layers if there are no names.
func (m *Model) withNames(names []string) (list []int, err error) {
	chosen := make([]bool, len(m.nodes))
	for _, name := range names {
		found := false
		for i, n := range m.nodes {
			if n.layer != nil && (n.name == name || strings.HasPrefix(n.name, name+"/")) {
				chosen[i], found = true, true
			}
		}
		if !found {
			_, err := m.find(name)
			if err == nil {
				err = fmt.Errorf("goodfit: %q is an input and has nothing to train", name)
			}
			return nil, err
		}
	}
	for i, n := range m.nodes {
		if n.layer != nil && (chosen[i] || len(names) == 0) {
			list = append(list, i)
		}
	}
	return list, nil
}
