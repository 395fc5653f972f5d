"""Writes the arrays that VectorFileTest reads: numpy 2, any version."""

import numpy as np

HERE = __file__.rsplit("/", 1)[0]
VALUES = np.array([[0.5, -1.0, 65504.0], [6e-8, 0.333251953125, -0.0]])

for kind in ("<f2", ">f2", "<f4", ">f4", "<f8", ">f8"):
    name = ("little" if kind[0] == "<" else "big") + kind[1:]
    np.save(f"{HERE}/{name}.npy", VALUES.astype(np.float16).astype(kind))
for version in ((2, 0), (3, 0)):
    with open(f"{HERE}/version{version[0]}.npy", "wb") as out:
        np.lib.format.write_array(out, VALUES.astype(np.float16).astype("<f4"), version)
np.save(f"{HERE}/fortran.npy", np.asfortranarray(VALUES))
np.save(f"{HERE}/flat.npy", VALUES.ravel())
np.save(f"{HERE}/integers.npy", VALUES.astype(np.int64))
np.save(f"{HERE}/records.npy", np.zeros(2, dtype=[("a", "<f4"), ("b", "<f4")]))
np.save(f"{HERE}/none.npy", np.zeros((0, 3), dtype="<f4"))
np.save(f"{HERE}/pickled.npy", np.array([[None, 1]], dtype=object), allow_pickle=True)
