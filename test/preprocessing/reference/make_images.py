"""Writes the fixtures that images are compared with, computed by Pillow and NumPy.

    python make_images.py            write images.json beside this file
    python make_images.py --check    fail when it differs

`files`: name -> file in base64. A case: the `file`, the `step` as in a manifest, the `input` of the graph it fills, and the
SHA-256 of the elements of the tensor, little-endian. What is compared is every bit of every pixel. Sizes and offsets are
those of torchvision's Resize and CenterCrop and of Pillow's ImageOps.pad; ToTensor and Normalize are float32 in NumPy.
"""

import argparse
import base64
import hashlib
import io
import json
import sys
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

FILE = Path(__file__).resolve().parent / 'images.json'
RNG = np.random.default_rng(11)
KERNELS = {
    'nearest': Image.Resampling.NEAREST,
    'linear': Image.Resampling.BILINEAR,
    'cubic': Image.Resampling.BICUBIC,
    'lanczos3': Image.Resampling.LANCZOS,
}
DTYPES = {'FP32': '<f4', 'FP16': '<f2', 'UINT8': 'u1'}
IMAGENET = {'divideBy': 255, 'mean': [0.485, 0.456, 0.406], 'std': [0.229, 0.224, 0.225]}


def picture(width, height, channels=3):
    """Waves, edges and noise: what resizing treats differently."""
    y, x = np.mgrid[0:height, 0:width]
    planes = [
        128 + 100 * np.sin(x / 5 + y / 7),
        128 + 90 * np.cos(x / 11 - y / 3),
        255 * ((x // 4 + y // 4) % 2),
        255 * (x + y) / (width + height),
    ]
    noisy = np.stack(planes[:channels], -1) + RNG.normal(0, 14, (height, width, channels))
    return np.clip(noisy, 0, 255).astype(np.uint8)


def encoded(image, **options):
    out = io.BytesIO()
    image.save(out, **options)
    return out.getvalue()


def files():
    rgb = Image.fromarray(picture(61, 43))
    rgba = Image.fromarray(picture(33, 21, 4))
    grey = rgb.convert('L')
    palette = rgb.quantize(32)
    made = {
        'rgb.png': encoded(rgb, format='PNG'),
        'rgba.png': encoded(rgba, format='PNG'),
        'grey.png': encoded(grey, format='PNG'),
        'grey-alpha.png': encoded(Image.merge('LA', [grey, grey.transpose(0)]), format='PNG'),
        'palette.png': encoded(palette, format='PNG'),
        'palette-transparent.png': encoded(palette, format='PNG', transparency=3),
        'bits.png': encoded(grey.convert('1'), format='PNG'),
        'full.jpg': encoded(rgb, format='JPEG', quality=92, subsampling=0),
        'halved.jpg': encoded(rgb, format='JPEG', quality=85, subsampling=2),
        'progressive.jpg': encoded(rgb, format='JPEG', quality=85, progressive=True),
        'grey.jpg': encoded(grey, format='JPEG', quality=90),
        'lossless.webp': encoded(rgb, format='WEBP', lossless=True),
        'lossy.webp': encoded(rgb, format='WEBP', quality=80),
        'animated.gif': encoded(
            palette, format='GIF', save_all=True, append_images=[palette.transpose(1)], duration=100
        ),
        'rgb.tiff': encoded(rgb, format='TIFF', compression='tiff_lzw'),
        'tall.png': encoded(Image.fromarray(picture(30, 77)), format='PNG'),
        'square.png': encoded(Image.fromarray(picture(48, 48)), format='PNG'),
        'dot.png': encoded(Image.fromarray(picture(1, 1)), format='PNG'),
        'large.jpg': encoded(Image.fromarray(picture(320, 240)), format='JPEG', quality=60),
    }
    for orientation in range(1, 9):
        exif = Image.Exif()
        exif[0x0112] = orientation
        made[f'turned-{orientation}.jpg'] = encoded(rgb, format='JPEG', quality=85, exif=exif)
    return made


def cover_size(image, width, height):
    """torchvision's Resize: the shorter side fits, the longer one is cut to a whole number."""
    if width / image.width >= height / image.height:
        return width, int(width * image.height / image.width)
    return int(height * image.width / image.height), height


def center_crop(image, width, height):
    """torchvision's CenterCrop."""
    left = int(round((image.width - width) / 2.0))
    top = int(round((image.height - height) / 2.0))
    return image.crop((left, top, left + width, top + height))


def resized(image, resize, crop, background):
    if resize is not None:
        size = (resize['width'], resize['height'])
        kernel = KERNELS[resize.get('kernel', 'linear')]
        fit = resize.get('fit', 'stretch')
        if fit == 'contain':
            return ImageOps.pad(image, size, method=kernel, color=background)
        image = image.resize(cover_size(image, *size) if fit == 'cover' else size, kernel)
        crop = crop or {'width': size[0], 'height': size[1]}
    return image if crop is None else center_crop(image, crop['width'], crop['height'])


def tensor(data, step, dtype):
    image = Image.open(io.BytesIO(data))
    if step.get('orientation') == 'apply':
        image = ImageOps.exif_transpose(image)
    color = step.get('color', 'RGB')
    image = image.convert('L' if color == 'grey' else 'RGB')
    background = tuple(step.get('resize', {}).get('background', (0, 0, 0)))
    if color == 'grey':
        background = Image.new('RGB', (1, 1), background).convert('L').getpixel((0, 0))
    image = resized(image, step.get('resize'), step.get('crop'), background)
    pixels = np.asarray(image)
    if pixels.ndim == 2:
        pixels = pixels[:, :, None]
    if color == 'BGR':
        pixels = pixels[:, :, ::-1]
    if dtype != 'UINT8':
        pixels = pixels.astype(np.float32)
        if 'divideBy' in step:
            pixels = pixels / np.float32(step['divideBy'])
        if 'mean' in step:
            pixels = pixels - np.asarray(step['mean'], np.float32)
        if 'std' in step:
            pixels = pixels / np.asarray(step['std'], np.float32)
    if step.get('layout', 'NCHW') == 'NCHW':
        pixels = pixels.transpose(2, 0, 1)
    return np.ascontiguousarray(pixels.astype(DTYPES[dtype]))


def steps(names):
    """(name, file, step, dtype) of every case."""
    for name in names:
        yield f'decoded: {name}', name, {}, 'UINT8'
        yield f'decoded to grey: {name}', name, {'color': 'grey', 'divideBy': 255}, 'FP32'
    for orientation in range(1, 9):
        for policy in ['ignore', 'apply']:
            yield f'orientation {orientation}, {policy}', f'turned-{orientation}.jpg', {'orientation': policy}, 'UINT8'
    for kernel in KERNELS:
        for file in ['rgb.png', 'tall.png', 'large.jpg', 'dot.png']:
            for width, height in [(24, 24), (61, 20), (20, 43), (7, 5), (100, 90), (61, 43)]:
                resize = {'width': width, 'height': height, 'kernel': kernel}
                yield f'{kernel} {file} to {width}x{height}', file, {'resize': resize}, 'UINT8'
    for fit in ['cover', 'contain']:
        for file in ['rgb.png', 'tall.png', 'square.png', 'large.jpg', 'grey.jpg']:
            for width, height in [(32, 32), (40, 25), (25, 40), (33, 64)]:
                resize = {'width': width, 'height': height, 'fit': fit, 'kernel': 'cubic', 'background': [200, 100, 7]}
                yield f'{fit} {file} in {width}x{height}', file, {'resize': resize}, 'UINT8'
                yield (
                    f'{fit} {file} in {width}x{height}, grey', file, {'resize': resize, 'color': 'grey'}, 'UINT8'
                )
    for file in ['rgb.png', 'tall.png', 'large.jpg', 'rgba.png']:
        shorter = {'width': 37, 'height': 37, 'fit': 'cover'}
        evaluation = {'resize': shorter, 'crop': {'width': 32, 'height': 32}, **IMAGENET}
        yield f'torchvision evaluation: {file}', file, evaluation, 'FP32'
        yield f'torchvision evaluation, half: {file}', file, evaluation, 'FP16'
        inception = {'resize': shorter, 'layout': 'NHWC', 'divideBy': 127.5, 'mean': [1, 1, 1]}
        yield f'from -1 to 1, NHWC: {file}', file, inception, 'FP32'
        caffe = {'resize': shorter, 'color': 'BGR', 'mean': [103.939, 116.779, 123.68]}
        yield f'BGR less means: {file}', file, caffe, 'FP32'
        yield f'cropped as it is: {file}', file, {'crop': {'width': 17, 'height': 12}}, 'FP32'
        yield f'raw NHWC: {file}', file, {'layout': 'NHWC'}, 'UINT8'


def document():
    data = files()
    cases = []
    for name, file, step, dtype in steps(data):
        elements = tensor(data[file], step, dtype)
        if dtype == 'UINT8':
            step = {key: value for key, value in step.items() if key != 'divideBy'}
        cases.append(
            {
                'name': name,
                'file': file,
                'step': step,
                'input': {'dtype': dtype, 'shape': ['batch', *elements.shape]},
                'sha256': hashlib.sha256(elements.tobytes()).hexdigest(),
            }
        )
    return {'files': {name: base64.b64encode(one).decode() for name, one in data.items()}, 'cases': cases}


def main():
    parser = argparse.ArgumentParser(description='Writes the fixtures of images.')
    parser.add_argument('--check', action='store_true', help='compare with the file instead of replacing it')
    check = parser.parse_args().check
    made = document()
    lines = ',\n'.join(f'  {json.dumps(case)}' for case in made['cases'])
    text = f'{{"files": {json.dumps(made["files"])},\n"cases": [\n{lines}\n]}}\n'
    if not check:
        FILE.write_text(text)
        print(f'{len(made["cases"])} cases')
        return 0
    if FILE.read_text() == text:
        return 0
    print('images.json differs', file=sys.stderr)
    return 1


if __name__ == '__main__':
    sys.exit(main())
