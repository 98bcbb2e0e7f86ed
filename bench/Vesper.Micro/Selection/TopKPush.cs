using BenchmarkDotNet.Attributes;
using Vesper.Numerics.Selection;

namespace Vesper.Micro.Selection;

/// <summary>The k nearest of ten thousand candidates at random, sorted.</summary>
public class TopKPush
{
    private const int Candidates = 10_000;

    private readonly float[] _distances = new float[Candidates];
    private readonly float[] _keys = new float[Candidates];
    private readonly int[] _items = new int[Candidates];
    private readonly PriorityQueue<int, float> _queue = new(Comparer<float>.Create((x, y) => y.CompareTo(x)));
    private readonly TopK _nearest = new(1);

    /// <summary>How many are kept.</summary>
    [Params(10, 100)]
    public int K { get; set; }

    /// <summary>Draws the distances.</summary>
    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(1);
        for (var i = 0; i < Candidates; i++)
        {
            _distances[i] = random.NextSingle();
        }
    }

    /// <summary>The runtime's heap, with the worst on top.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = Candidates)]
    public int Queue()
    {
        _queue.Clear();
        for (var i = 0; i < _distances.Length; i++)
        {
            if (_queue.Count < K)
            {
                _queue.Enqueue(i, _distances[i]);
            }
            else if (_queue.TryPeek(out _, out var worst) && _distances[i] < worst)
            {
                _queue.EnqueueDequeue(i, _distances[i]);
            }
        }

        var last = 0;
        while (_queue.TryDequeue(out var item, out _))
        {
            last = item;
        }

        return last;
    }

    /// <summary>Everything sorted.</summary>
    [Benchmark(OperationsPerInvoke = Candidates)]
    public int Sort()
    {
        _distances.CopyTo(_keys, 0);
        for (var i = 0; i < _items.Length; i++)
        {
            _items[i] = i;
        }

        Array.Sort(_keys, _items);
        return _items[0];
    }

    /// <summary>The engine's.</summary>
    [Benchmark(OperationsPerInvoke = Candidates)]
    public int Heap()
    {
        _nearest.Reset(K);
        for (var i = 0; i < _distances.Length; i++)
        {
            _nearest.Push(_distances[i], new Ordinal(i));
        }

        return _nearest.Sorted()[0].Ordinal.Value;
    }
}
