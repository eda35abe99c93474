package prediction

import "github.com/goodfit-ml/goodfit/studies"

// stackingExtensions are the experiments that chapter 25 proposes.
func stackingExtensions() []studies.Study { return nil }
