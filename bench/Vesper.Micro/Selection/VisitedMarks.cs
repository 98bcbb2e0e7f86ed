using BenchmarkDotNet.Attributes;
using Vesper.Numerics.Selection;

namespace Vesper.Micro.Selection;

/// <summary>Marking the nodes of one graph walk: two thousand of a million, half of them twice.</summary>
public class VisitedMarks
{
    private const int Nodes = 1 << 20;
    private const int Marks = 2_048;

    private readonly VisitedSet _visited = new();
    private readonly HashSet<int> _set = new(Marks);
    private readonly BitSet _bits = new(Nodes);
    private readonly int[] _nodes = new int[Marks];

    /// <summary>Draws the walk.</summary>
    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(1);
        for (var i = 0; i < Marks; i++)
        {
            _nodes[i] = i % 2 == 0 ? random.Next(Nodes) : _nodes[random.Next(i)];
        }
    }

    /// <summary>The runtime's set.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = Marks)]
    public int HashSet()
    {
        _set.Clear();
        var fresh = 0;
        foreach (var node in _nodes)
        {
            fresh += _set.Add(node) ? 1 : 0;
        }

        return fresh;
    }

    /// <summary>A dense set, cleared for each walk.</summary>
    [Benchmark(OperationsPerInvoke = Marks)]
    public int Bits()
    {
        _bits.Clear();
        var fresh = 0;
        foreach (var node in _nodes)
        {
            if (!_bits.Contains(node))
            {
                _bits.Add(node);
                fresh++;
            }
        }

        return fresh;
    }

    /// <summary>The engine's.</summary>
    [Benchmark(OperationsPerInvoke = Marks)]
    public int Epochs()
    {
        _visited.Begin(Nodes);
        var fresh = 0;
        foreach (var node in _nodes)
        {
            fresh += _visited.Add(node) ? 1 : 0;
        }

        return fresh;
    }
}
