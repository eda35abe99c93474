package prediction

import "github.com/goodfit-ml/goodfit/studies"

// weightAverages are the studies of chapter 26.
func weightAverages() []studies.Study { return nil }
