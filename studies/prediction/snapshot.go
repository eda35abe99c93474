package prediction

import "github.com/goodfit-ml/goodfit/studies"

// snapshots are the studies of chapter 24.
func snapshots() []studies.Study { return nil }
