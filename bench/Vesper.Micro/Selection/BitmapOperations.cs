using BenchmarkDotNet.Attributes;
using Vesper.Numerics.Selection;

namespace Vesper.Micro.Selection;

/// <summary>Roaring bitmaps over a million ordinals, for each kind of container, beside a hash set.</summary>
public class BitmapOperations
{
    private const int Range = 1 << 20;
    private const int Probes = 4_096;

    private readonly BitSet _target = new(Range);
    private readonly int[] _probes = new int[Probes];
    private int[] _members = null!;
    private int[] _copy = null!;
    private byte[] _bytes = null!;
    private RoaringBitmap _bitmap = null!;
    private HashSet<int> _set = null!;

    /// <summary>What the containers are.</summary>
    public enum Shape
    {
        /// <summary>One in a hundred, at random.</summary>
        Array,

        /// <summary>Three in ten, at random.</summary>
        Bitmap,

        /// <summary>Stretches of a thousand.</summary>
        Run,
    }

    /// <summary>The containers.</summary>
    [Params(Shape.Array, Shape.Bitmap, Shape.Run)]
    public Shape Containers { get; set; }

    /// <summary>Draws the members.</summary>
    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(1);
        _members = [.. Enumerable.Range(0, Range).Where(value => Containers switch
        {
            Shape.Array => random.Next(100) == 0,
            Shape.Bitmap => random.Next(10) < 3,
            _ => value / 1_000 % 3 == 0,
        })];
        _copy = new int[_members.Length];
        _bitmap = RoaringBitmap.FromSorted(_members);
        _bytes = new byte[_bitmap.SerializedBytes];
        _bitmap.WriteTo(_bytes);
        _set = [.. _members];
        for (var i = 0; i < Probes; i++)
        {
            _probes[i] = random.Next(Range);
        }
    }

    /// <summary>From ascending values.</summary>
    [Benchmark]
    public int FromSorted() => RoaringBitmap.FromSorted(_members).Count;

    /// <summary>One look-up.</summary>
    [Benchmark(OperationsPerInvoke = Probes)]
    public int Contains()
    {
        var count = 0;
        foreach (var probe in _probes)
        {
            count += _bitmap.Contains(probe) ? 1 : 0;
        }

        return count;
    }

    /// <summary>One look-up in a hash set.</summary>
    [Benchmark(OperationsPerInvoke = Probes)]
    public int HashSetContains()
    {
        var count = 0;
        foreach (var probe in _probes)
        {
            count += _set.Contains(probe) ? 1 : 0;
        }

        return count;
    }

    /// <summary>Into a dense set.</summary>
    [Benchmark]
    public int OrInto()
    {
        _bitmap.OrInto(_target);
        return _target.Length;
    }

    /// <summary>All members.</summary>
    [Benchmark]
    public int CopyTo() => _bitmap.CopyTo(_copy);

    /// <summary>To bytes.</summary>
    [Benchmark]
    public int Write() => _bitmap.WriteTo(_bytes);

    /// <summary>From bytes, validated in full.</summary>
    [Benchmark]
    public int Read() => RoaringBitmap.TryRead(_bytes, Range, out var bitmap, out _) ? bitmap!.Count : -1;
}
