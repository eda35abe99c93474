package prediction

import "github.com/goodfit-ml/goodfit/studies"

// resampling are the studies of chapter 22.
func resampling() []studies.Study { return nil }
