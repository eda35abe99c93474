package goodfit

import (
	"fmt"

	"github.com/goodfit-ml/goodfit/datasets"
)

// checkAugmented checks the data behind a source that changes them in training,
// and that targets which are mixed are no class indices. l is the source's layout in
// the model's order.
func (m *Model) checkAugmented(what string, s datasets.Source, l datasets.Layout) error {
	a, ok := s.(interface {
		Origin() datasets.Source
		MixesTargets() bool
	})
	if !ok {
		return nil
	}
	if _, err := m.prepareSource(what, a.Origin()); err != nil {
		return err
	}
	if !a.MixesTargets() || !m.compiled {
		return nil
	}
	heads, err := m.headsOf(l, nil)
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	for _, h := range heads {
		if h.TargetSize == 1 && m.net.Nodes[h.Node].Out.Last() > 1 {
			return fmt.Errorf("%s: targets of %q are class indices, which mixup cannot mix; encode them one-hot (Dataset.OneHotTargets)",
				what, m.nodes[h.Node].name)
		}
	}
	return nil
}
