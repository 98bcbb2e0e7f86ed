using System.Diagnostics;
using System.Numerics;
using System.Runtime.InteropServices;
using Vesper.Numerics.Memory;

namespace Vesper.Bench.Limits;

/// <summary>
/// How fast threads read memory, and how fast they run the triad a = b + s × c (McCalpin's STREAM), over arrays much
/// larger than the last cache; each thread has its own.
/// </summary>
/// <remarks>
/// The triad counts three arrays, as STREAM does; that a line is read before plain stores fill it is not counted.
/// </remarks>
internal sealed class BandwidthProbe : IDisposable
{
    private const int BlockElements = 128 * 1024;
    private const int ReadsPerPass = 4;

    // Calls that bring the loops to their last compilation, whatever the number of passes.
    private const int WarmCalls = 400;
    private const int WarmMs = 150;

    private readonly MemoryScope _scope = new("bandwidth");
    private readonly NativeBuffer<float>[] _a;
    private readonly NativeBuffer<float>[] _b;
    private readonly NativeBuffer<float>[] _c;
    private readonly int _passes;
    private readonly int _elements;

    /// <summary>Allocates and touches the arrays.</summary>
    /// <param name="threads">Threads, ≥ 1.</param>
    /// <param name="quick">Smaller arrays and fewer passes.</param>
    public BandwidthProbe(int threads, bool quick)
    {
        Threads = threads;
        _passes = quick ? 3 : 8;
        _elements = (quick ? 32 : 96) * 1024 * 1024 / sizeof(float);
        Debug.Assert(_elements % BlockElements == 0);
        _a = Allocate(threads);
        _b = Allocate(threads);
        _c = Allocate(threads);
        ThreadTeam.Run(threads, number => Fill(number));
        Warm();
    }

    /// <summary>Threads at work.</summary>
    public int Threads { get; }

    /// <summary>Bytes that all threads together read in a second.</summary>
    public double ReadBytesPerSecond()
    {
        var seconds = ThreadTeam.Fastest(Threads, _passes, ReadAll);
        return 3.0 * ReadsPerPass * Threads * _elements * sizeof(float) / seconds;
    }

    /// <summary>Bytes that all threads together read and write in a second.</summary>
    public double TriadBytesPerSecond()
    {
        var seconds = ThreadTeam.Fastest(Threads, _passes, TriadAll);
        return 3.0 * ReadsPerPass * Threads * _elements * sizeof(float) / seconds;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var buffer in _a.Concat(_b).Concat(_c))
        {
            buffer.Dispose();
        }
    }

    private static ulong Sum(ReadOnlySpan<Vector<ulong>> block)
    {
        Vector<ulong> sum0 = default, sum1 = default, sum2 = default, sum3 = default;
        for (; block.Length >= 8; block = block[8..])
        {
            sum0 += block[0] ^ block[4];
            sum1 += block[1] ^ block[5];
            sum2 += block[2] ^ block[6];
            sum3 += block[3] ^ block[7];
        }

        return Vector.Sum(sum0 + sum1 + sum2 + sum3);
    }

    private static void Triad(
        Span<Vector<float>> a, ReadOnlySpan<Vector<float>> b, ReadOnlySpan<Vector<float>> c, float scale)
    {
        var factor = new Vector<float>(scale);
        for (; a.Length >= 4 && b.Length >= 4 && c.Length >= 4; a = a[4..], b = b[4..], c = c[4..])
        {
            a[0] = b[0] + factor * c[0];
            a[1] = b[1] + factor * c[1];
            a[2] = b[2] + factor * c[2];
            a[3] = b[3] + factor * c[3];
        }
    }

    private NativeBuffer<float>[] Allocate(int threads)
    {
        var buffers = new NativeBuffer<float>[threads];
        for (var i = 0; i < threads; i++)
        {
            buffers[i] = new NativeBuffer<float>(_elements, _scope);
        }

        return buffers;
    }

    // Untouched pages would all be the one page of zeros, and stay in the cache.
    private ulong Fill(int number)
    {
        for (long start = 0; start < _elements; start += BlockElements)
        {
            _a[number].Slice(start, BlockElements).Fill(1);
            _b[number].Slice(start, BlockElements).Fill(2);
            _c[number].Slice(start, BlockElements).Fill(3);
        }

        return 0;
    }

    private void Warm()
    {
        ThreadTeam.Run(1, _ =>
        {
            ulong sum = 0;
            var until = Environment.TickCount64 + WarmMs;
            for (var call = 0; call < WarmCalls || Environment.TickCount64 < until; call++)
            {
                sum += Sum(Words(_b[0], 0));
                Triad(Floats(_a[0], 0), Floats(_b[0], 0), Floats(_c[0], 0), 0.5f);
            }

            return sum;
        });
    }

    private ulong ReadAll(int number)
    {
        ulong sum = 0;
        for (var pass = 0; pass < ReadsPerPass; pass++)
        {
            sum += Read(_a[number]) + Read(_b[number]) + Read(_c[number]);
        }

        return sum;
    }

    private ulong Read(NativeBuffer<float> array)
    {
        ulong sum = 0;
        for (long start = 0; start < _elements; start += BlockElements)
        {
            sum += Sum(Words(array, start));
        }

        return sum;
    }

    private ulong TriadAll(int number)
    {
        for (var pass = 0; pass < ReadsPerPass; pass++)
        {
            for (long start = 0; start < _elements; start += BlockElements)
            {
                Triad(Floats(_a[number], start), Floats(_b[number], start), Floats(_c[number], start), 0.5f);
            }
        }

        return 0;
    }

    private static ReadOnlySpan<Vector<ulong>> Words(NativeBuffer<float> array, long start) =>
        MemoryMarshal.Cast<float, Vector<ulong>>(array.Slice(start, BlockElements));

    private static Span<Vector<float>> Floats(NativeBuffer<float> array, long start) =>
        MemoryMarshal.Cast<float, Vector<float>>(array.Slice(start, BlockElements));
}
