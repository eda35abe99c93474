package prediction

import "github.com/goodfit-ml/goodfit/studies"

// weightExtensions are the experiments that chapter 26 proposes.
func weightExtensions() []studies.Study {
	return []studies.Study{}
}
