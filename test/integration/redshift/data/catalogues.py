"""Writes catalogues with pandas, pyarrow and h5py, or says what they make of ours. Prints JSON."""

import json
import sys

import h5py
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from digests import digests, samples

command, folder = sys.argv[1:3]


def load():
    table = pd.read_parquet(f"{folder}/1.parquet")
    metadata = {k.decode(): v.decode() for k, v in pq.read_schema(f"{folder}/1.parquet").metadata.items()}
    shape = [int(size) for size in metadata["image_shape"].split(",")]
    images = np.stack(table["image"]).reshape(-1, *shape)
    magnitudes = table[[f"mag_{band}" for band in "ugriz"]].to_numpy()
    with h5py.File(f"{folder}/1.hdf5") as file:
        hdf5 = digests(file["images"][:], file["magnitudes"][:], file["redshifts"][:])
        units = [file[name].attrs["unit"].decode() for name in ("images", "magnitudes")]
    return {
        "parquet": digests(images, magnitudes, table["redshift"]),
        "hdf5": hdf5,
        "ids": table["id"].tolist(),
        "units": [*units, json.loads(metadata["units"])["mag_r"]],
    }


def save():
    rng = np.random.default_rng(5)
    n = 70
    images, magnitudes, redshifts = samples(rng, n)
    bands = {f"modelMag_{band}": magnitudes[:, i] for i, band in enumerate("ugriz")}
    frame = pd.DataFrame({"objid": np.arange(n), "image": list(images.reshape(n, -1)), **bands, "z_spec": redshifts})
    frame.to_parquet(f"{folder}/pandas.parquet")
    flat = pa.FixedSizeListArray.from_arrays(pa.array(images.reshape(-1)), 5 * 32 * 32)
    mags = pa.FixedSizeListArray.from_arrays(pa.array(magnitudes.reshape(-1).astype(np.float64)), 5)
    table = pa.table({"images": flat, "mags": mags, "redshift": redshifts})
    for codec in ("none", "gzip", "zstd", "brotli", "lz4"):
        pq.write_table(table, f"{folder}/{codec}.parquet", compression=codec, row_group_size=32, data_page_version="2.0")
    pq.write_table(table, f"{folder}/plain.parquet", use_dictionary=False, use_byte_stream_split=["images.list.element"])
    nested = pa.table({"image": pa.array(images.tolist(), pa.list_(pa.list_(pa.list_(pa.float32())))), **bands, "specz": redshifts})
    pq.write_table(nested, f"{folder}/nested.parquet")
    with h5py.File(f"{folder}/contiguous.h5", "w") as file:
        file["images"], file["magnitudes"], file["redshifts"] = images, magnitudes, redshifts
    with h5py.File(f"{folder}/chunked.h5", "w", libver="latest") as file:
        group = file.create_group("galaxies")
        group.create_dataset("image", data=images.astype(">f8"), chunks=(7, 5, 32, 32), compression="gzip", shuffle=True)
        for i, band in enumerate("ugriz"):
            group[f"{band}_cmodel_mag"] = magnitudes[:, i : i + 1]
        group["specz_redshift"] = redshifts.astype(np.float64)
        file["names"] = [b"a", b"b"]
    with h5py.File(f"{folder}/hsc.h5", "w") as file:
        padded = rng.normal(size=(n, 6, 64, 64)).astype(np.float32)
        # The file's order is y z i r g u.
        padded[:, [5, 4, 3, 2, 1], 16:48, 16:48] = images
        file["image"] = padded
        file["magnitude"] = np.concatenate([magnitudes, magnitudes[:, :1] + 1], axis=1)[:, [5, 4, 3, 2, 1, 0]]
        file["redshift"] = redshifts
    return digests(images, magnitudes, redshifts)


print(json.dumps({"load": load, "save": save}[command]()))
