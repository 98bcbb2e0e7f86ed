using System.Diagnostics;
using System.Runtime.CompilerServices;
using Vesper.Numerics.Kernels;
using Vesper.Numerics.Memory;
using Vesper.Numerics.Selection;

namespace Vesper.Numerics.Scoring;

/// <summary>
/// A scorer over float32 rows, bound to one query at a time; goes back to its <see cref="FloatScorers"/> on dispose.
/// </summary>
internal sealed class FloatScorer : IScorer
{
    private const int AlignmentFloats = 16;

    // Outside this range of norms single precision may lose a product; there the cosine is computed in double.
    private const float InverseNormMin = 1e-15f;
    private const float InverseNormMax = 1e15f;

    private readonly RowMatrix<float> _rows;
    private readonly FloatKernel _kernel;
    private readonly float[] _pinned;
    private readonly int _start;
    private float _inverseNorm;
    private int _isBound;

    public FloatScorer(FloatScorers owner, RowMatrix<float> rows, FloatKernel kernel)
    {
        Owner = owner;
        _rows = rows;
        _kernel = kernel;

        // Pinned, so that the alignment found now stays; the collector frees it with the pool.
        _pinned = GC.AllocateArray<float>(owner.Dimensions + AlignmentFloats - 1, pinned: true);
        _start = FirstAligned(_pinned);
        Debug.Assert(_start + owner.Dimensions <= _pinned.Length);
    }

    public FloatScorers Owner { get; }

    private Span<float> Query => _pinned.AsSpan(_start, Owner.Dimensions);

    /// <summary>Takes the query's elements and, under cosine, its inverse norm.</summary>
    public void Bind(ReadOnlySpan<float> query, float inverseNorm)
    {
        int wasBound = Interlocked.Exchange(ref _isBound, 1);
        Debug.Assert(wasBound == 0);
        query.CopyTo(Query);
        _inverseNorm = inverseNorm;
    }

    public void Score(ReadOnlySpan<Ordinal> ordinals, Span<float> distances)
    {
        Debug.Assert(_isBound == 1);
        RowAddresses<float> rows = _rows.Addresses;
        _kernel.Score(Query, rows, ordinals, distances);
        if (Owner.Metric == Metric.Cosine)
        {
            FinishCosine(rows, ordinals, distances);
        }

        GC.KeepAlive(_rows);
    }

    public void Prefetch(ReadOnlySpan<Ordinal> ordinals)
    {
        RowAddresses<float> rows = _rows.Addresses;
        foreach (Ordinal ordinal in ordinals)
        {
            RowPrefetch.Start(rows, ordinal);
        }
    }

    public void Dispose()
    {
        // A second dispose must not put the scorer into the pool twice.
        if (Interlocked.Exchange(ref _isBound, 0) == 1)
        {
            Owner.Return(this);
        }
    }

    /// <summary>
    /// Turns negated dot products into 1 − cosine; the same bits whichever of the two vectors is the query.
    /// </summary>
    private void FinishCosine(RowAddresses<float> rows, ReadOnlySpan<Ordinal> ordinals, Span<float> distances)
    {
        int dimensions = Owner.Dimensions;
        float ownInverse = _inverseNorm;
        bool isOwnUsual = IsUsual(ownInverse);
        for (int i = 0; i < ordinals.Length; i++)
        {
            // SAFETY: rows have dimensions + 1 columns under cosine (checked by the owner's constructor).
            Debug.Assert((dimensions + 1) * sizeof(float) <= rows.StrideBytes);
            float inverse = Unsafe.Add(ref rows[ordinals[i].Value], dimensions);
            distances[i] = isOwnUsual && IsUsual(inverse)
                ? 1 + distances[i] * (ownInverse * inverse)
                : (float)(1 - Reference.Cosine(Query, rows.Span(ordinals[i].Value, dimensions)));
        }
    }

    private static bool IsUsual(float inverseNorm) => inverseNorm is >= InverseNormMin and <= InverseNormMax;

    private static unsafe int FirstAligned(float[] pinned)
    {
        // SAFETY: the array is pinned for life; only its address is looked at.
        nuint address = (nuint)Unsafe.AsPointer(ref pinned[0]);
        Debug.Assert(address % sizeof(float) == 0);
        return (int)((AlignmentFloats - address / sizeof(float) % AlignmentFloats) % AlignmentFloats);
    }
}
