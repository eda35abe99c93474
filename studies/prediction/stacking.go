package prediction

import "github.com/goodfit-ml/goodfit/studies"

// stacking are the studies of chapter 25.
func stacking() []studies.Study { return nil }
