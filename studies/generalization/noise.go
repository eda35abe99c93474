package generalization

import "github.com/goodfit-ml/goodfit/studies"

// noises are the studies of chapter 17.
func noises() []studies.Study { return nil }
