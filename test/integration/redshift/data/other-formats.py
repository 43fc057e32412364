"""Writes partitions with the libraries people use, or says what they make of ours. Prints JSON."""

import json
import sys

import numpy as np
from digests import digests, samples

command, folder = sys.argv[1:3]


def load():
    from astropy.io import fits
    from safetensors.numpy import load_file

    seen = {}
    npz = np.load(f"{folder}/1.npz", allow_pickle=False)
    seen["npz"] = digests(npz["images"], npz["magnitudes"], npz["redshifts"])
    npy = np.load(f"{folder}/1.npy", allow_pickle=False)
    seen["npy"] = digests(npy["image"], npy["magnitude"], npy["redshift"])
    tensors = load_file(f"{folder}/1.safetensors")
    seen["safetensors"] = digests(tensors["images"], tensors["magnitudes"], tensors["redshifts"])
    with fits.open(f"{folder}/1.fits", checksum=True) as hdus:
        hdus.verify("exception")
        catalog = hdus["CATALOG"].data
        seen["fits"] = digests(hdus[0].data, catalog["magnitude"], catalog["redshift"])
    return seen


def save():
    from astropy.io import fits
    from astropy.table import Table
    from safetensors.numpy import save_file

    rng = np.random.default_rng(5)
    n = 70
    images, magnitudes, redshifts = samples(rng, n)
    named = {"images": images, "magnitudes": magnitudes, "redshifts": redshifts}
    np.savez(f"{folder}/plain.npz", **named)
    np.savez_compressed(f"{folder}/compressed.npz", **named)
    np.savez(f"{folder}/fortran.npz", images=np.asfortranarray(images), magnitudes=magnitudes.astype(">f8"), redshifts=redshifts)
    records = np.zeros(n, dtype=[("image", "<f4", (5, 32, 32)), ("magnitude", ">f4", (5,)), ("id", "<i8"), ("redshift", "<f8")])
    records["image"], records["magnitude"], records["redshift"] = images, magnitudes, redshifts
    np.save(f"{folder}/records.npy", records)
    save_file(named, f"{folder}/plain.safetensors", metadata={"survey": "none"})
    bands = {f"modelMag_{band}": magnitudes[:, i] for i, band in enumerate("ugriz")}
    catalog = fits.BinTableHDU(Table({"objid": np.arange(n), **bands, "z": redshifts.astype(np.float64)}), name="SPECOBJ")
    fits.HDUList([fits.PrimaryHDU(), fits.ImageHDU(images, name="CUTOUTS"), catalog]).writeto(f"{folder}/cube.fits")
    Table({"image": images, "mag": magnitudes, "specz": redshifts}).write(f"{folder}/column.fits")
    return digests(images, magnitudes, redshifts)


print(json.dumps({"load": load, "save": save}[command]()))
