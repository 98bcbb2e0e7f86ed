using BenchmarkDotNet.Attributes;
using Vesper.Numerics.Selection;

namespace Vesper.Micro.Selection;

/// <summary>Operations of dense sets of a million ordinals.</summary>
public class BitSetOperations
{
    private const int Length = 1 << 20;

    private readonly BitSet _left = new(Length);
    private readonly BitSet _right = new(Length);

    /// <summary>Draws two sets.</summary>
    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(1);
        for (var i = 0; i < Length; i++)
        {
            if (random.Next(4) == 0)
            {
                _left.Add(i);
            }

            if (random.Next(2) == 0)
            {
                _right.Add(i);
            }
        }
    }

    /// <summary>What is in both; the same after the first time, at the same cost.</summary>
    [Benchmark]
    public int And()
    {
        _left.And(_right);
        return _left.Length;
    }

    /// <summary>What is in either; likewise.</summary>
    [Benchmark]
    public int Or()
    {
        _left.Or(_right);
        return _left.Length;
    }

    /// <summary>Members.</summary>
    [Benchmark]
    public int Count() => _right.Count();

    /// <summary>A walk over the members.</summary>
    [Benchmark]
    public int Walk()
    {
        var sum = 0;
        for (var member = _right.Next(0); member >= 0; member = _right.Next(member + 1))
        {
            sum += member;
        }

        return sum;
    }
}
