using System.Diagnostics;
using System.Runtime.Intrinsics;
using Vesper.Numerics.Kernels;
using Vesper.Numerics.Scoring;

namespace Vesper.Numerics.Quantization.Scalar;

/// <summary>
/// Each element as one of 256 or 16 evenly spaced levels of its dimension's range, the nearest; elements beyond the
/// range take its border.
/// </summary>
/// <remarks>
/// Immutable, thread-safe. The error of an element inside the range is at most half a step. 4-bit codes lie two in a
/// byte, the even dimension in the low bits. Products of queries with rows must stay in the range of float.
/// </remarks>
public sealed class ScalarQuantizer : IQuantizer
{
    private const int LevelsPerPart = 64;

    private readonly ColumnLayout _blocks;
    private readonly float[] _minima;
    private readonly float[] _steps;
    private readonly float[] _inverseHalfSteps;
    private readonly int _levelMax;

    /// <summary>A quantizer of known ranges, as <see cref="ScalarTrainer"/> finds them.</summary>
    /// <param name="bits">4 or 8.</param>
    /// <param name="minima">What code 0 stands for, one for each dimension; finite.</param>
    /// <param name="steps">What one more in a code stands for, as long; finite, ≥ 0. 0 is a constant dimension.</param>
    /// <exception cref="ArgumentException">The two differ in length, or a number is out of range.</exception>
    public ScalarQuantizer(int bits, ReadOnlySpan<float> minima, ReadOnlySpan<float> steps)
        : this(bits, minima, steps, KernelTable.Current)
    {
    }

    internal ScalarQuantizer(int bits, ReadOnlySpan<float> minima, ReadOnlySpan<float> steps, KernelTable table)
    {
        if (bits is not (4 or 8))
        {
            throw new ArgumentOutOfRangeException(nameof(bits), bits, "Scalar codes have 4 or 8 bits.");
        }

        QuantizerLimits.CheckDimensions(minima.Length);
        ArgumentOutOfRangeException.ThrowIfNotEqual(steps.Length, minima.Length);
        _minima = minima.ToArray();
        _steps = steps.ToArray();
        if (!Array.TrueForAll(_minima, float.IsFinite))
        {
            throw new ArgumentException("A minimum is not finite.", nameof(minima));
        }

        if (!Array.TrueForAll(_steps, step => step >= 0 && float.IsFinite(step)))
        {
            throw new ArgumentException("A step is negative or not finite.", nameof(steps));
        }

        Bits = bits;
        _levelMax = (1 << bits) - 1;

        // Of a step that float cannot invert, rounding to its nearest multiple is given up: it is below 1e-37.
        _inverseHalfSteps = Array.ConvertAll(
            _steps, step => step == 0 ? 0 : (float)Math.Min(2 / (double)step, float.MaxValue));
        ColumnKernel kernel = bits == 8 ? ColumnKernel.For<ByteColumn>(table) : ColumnKernel.For<NibbleColumn>(table);
        _blocks = new ColumnLayout(kernel, minima.Length, _minima, _steps);
    }

    /// <summary>Bits of an element's code: 4 or 8.</summary>
    public int Bits { get; }

    /// <inheritdoc/>
    public int Dimensions => _minima.Length;

    /// <inheritdoc/>
    public int CodeBytes => _blocks.CodeBytes;

    /// <inheritdoc/>
    public bool IsUnbiased => false;

    /// <inheritdoc/>
    public IBlockLayout Blocks => _blocks;

    /// <summary>What code 0 stands for, by dimension.</summary>
    public ReadOnlySpan<float> Minima => _minima;

    /// <summary>What one more in a code stands for, by dimension.</summary>
    public ReadOnlySpan<float> Steps => _steps;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A length is not right.</exception>
    public void Encode(ReadOnlySpan<float> row, Span<byte> code)
    {
        QuantizerLimits.CheckLengths(this, row.Length, code.Length);
        if (Bits == 8)
        {
            Quantize(row, 0, code);
            return;
        }

        Span<byte> levels = stackalloc byte[LevelsPerPart];
        for (int start = 0; start < row.Length; start += LevelsPerPart)
        {
            int size = Math.Min(LevelsPerPart, row.Length - start);
            levels[(size - 1)..].Clear();
            Quantize(row.Slice(start, size), start, levels[..size]);
            for (int i = 0; i < size; i += 2)
            {
                code[(start + i) / 2] = (byte)(levels[i] | levels[i + 1] << 4);
            }
        }
    }

    /// <summary>Writes the code of a row and counts what was clamped.</summary>
    /// <param name="row"><see cref="Dimensions"/> finite floats.</param>
    /// <param name="code"><see cref="CodeBytes"/> bytes.</param>
    /// <param name="clamped">Elements more than half a step outside their range.</param>
    /// <exception cref="ArgumentException">A length is not right.</exception>
    public void Encode(ReadOnlySpan<float> row, Span<byte> code, out int clamped)
    {
        Encode(row, code);
        clamped = CountClamped(row);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A length is not right.</exception>
    public void Decode(ReadOnlySpan<byte> code, Span<float> row)
    {
        QuantizerLimits.CheckLengths(this, row.Length, code.Length);
        for (int i = 0; i < row.Length; i++)
        {
            int level = Bits == 8 ? code[i] : code[i / 2] >> (i % 2 * 4) & 15;

            // In double: the border of a range as wide as float itself may round beyond it.
            double value = _minima[i] + (double)_steps[i] * level;
            row[i] = (float)Math.Clamp(value, float.MinValue, float.MaxValue);
        }
    }

    /// <summary>Elements of a row more than half a step outside their range.</summary>
    internal int CountClamped(ReadOnlySpan<float> row)
    {
        int clamped = 0;
        for (int i = 0; i < row.Length; i++)
        {
            double half = 0.5 * _steps[i];
            double max = _minima[i] + (double)_steps[i] * _levelMax;
            clamped += row[i] < _minima[i] - half || row[i] > max + half ? 1 : 0;
        }

        return clamped;
    }

    /// <summary>The levels of elements whose first is of a dimension.</summary>
    private void Quantize(ReadOnlySpan<float> row, int dimension, Span<byte> levels)
    {
        Debug.Assert(levels.Length == row.Length);
        ReadOnlySpan<float> minima = _minima.AsSpan(dimension, row.Length);
        ReadOnlySpan<float> inverses = _inverseHalfSteps.AsSpan(dimension, row.Length);
        int at = 0;
        for (; at + 8 <= row.Length; at += 8)
        {
            // Halves: the difference of two floats may be beyond float, that of their halves is not.
            Vector256<float> halves = Vector256.Create(row[at..]) * 0.5f - Vector256.Create(minima[at..]) * 0.5f;
            Vector256<float> level = halves * Vector256.Create(inverses[at..]) + Vector256.Create(0.5f);
            level = Vector256.Min(Vector256.Max(level, default), Vector256.Create((float)_levelMax));
            Vector256<uint> whole = Vector256.ConvertToInt32(level).AsUInt32();
            Vector128<ushort> words = Vector128.Narrow(whole.GetLower(), whole.GetUpper());
            Vector128.Narrow(words, words).GetLower().CopyTo(levels[at..]);
        }

        for (; at < row.Length; at++)
        {
            float level = (row[at] * 0.5f - minima[at] * 0.5f) * inverses[at] + 0.5f;
            levels[at] = (byte)Math.Min(Math.Max(level, 0), _levelMax);
        }
    }
}
