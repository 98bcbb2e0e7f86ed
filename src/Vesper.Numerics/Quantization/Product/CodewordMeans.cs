namespace Vesper.Numerics.Quantization;

/// <summary>One assignment of rows to codewords: sums and counts of each codeword, and the error.</summary>
internal sealed class CodewordMeans
{
    private readonly ProductCodebooks _codebooks;
    private readonly double[] _sums;
    private readonly int[] _counts;
    private readonly double[] _errors;

    /// <summary>Assigns; parts of the rows are added up in their order.</summary>
    public CodewordMeans(TrainingRows rows, ProductCodebooks codebooks, TrainingContext context)
    {
        _codebooks = codebooks;
        _sums = new double[codebooks.Centroids.Length];
        _counts = new int[codebooks.Parts * codebooks.Codewords];
        _errors = new double[codebooks.Parts];
        int width = Math.Max(1, context.Executor.Width);
        var parts = new Part[Math.Min(width, rows.Parts)];
        for (int first = 0; first < rows.Parts; first += parts.Length)
        {
            int some = Math.Min(parts.Length, rows.Parts - first), start = first;
            context.Executor.Run(
                some, i => (parts[i] ??= new Part(codebooks)).Run(rows, start + i), context.Cancellation);
            for (int i = 0; i < some; i++)
            {
                parts[i].AddTo(_sums, _counts, _errors);
            }
        }

        foreach (double error in _errors)
        {
            Error += error / rows.Count;
        }
    }

    /// <summary>Mean squared distance of the rows to their codewords.</summary>
    public double Error { get; }

    /// <summary>
    /// The codewords' means. One without rows takes half of the largest of its part, if that has rows to share and
    /// there is an error to lower.
    /// </summary>
    /// <param name="splitShare">How far apart the halves are put.</param>
    public float[] Centroids(float splitShare)
    {
        int length = _codebooks.PartDimensions, codewords = _codebooks.Codewords;
        float[] centroids = _codebooks.Centroids.ToArray();
        for (int i = 0; i < centroids.Length; i++)
        {
            if (_counts[i / length] > 0)
            {
                centroids[i] = (float)(_sums[i] / _counts[i / length]);
            }
        }

        for (int part = 0; part < _codebooks.Parts; part++)
        {
            Span<int> counts = _counts.AsSpan(part * codewords, codewords);
            Span<float> own = centroids.AsSpan(part * codewords * length, codewords * length);
            for (int empty = counts.IndexOf(0); empty >= 0 && _errors[part] > 0; empty = counts.IndexOf(0))
            {
                int largest = Largest(counts);
                if (counts[largest] < 2)
                {
                    break;
                }

                Span<float> left = own.Slice(largest * length, length), right = own.Slice(empty * length, length);
                for (int d = 0; d < length; d++)
                {
                    float apart = left[d] * (d % 2 == 0 ? splitShare : -splitShare);
                    right[d] = left[d] - apart;
                    left[d] += apart;
                }

                counts[empty] = counts[largest] / 2;
                counts[largest] -= counts[empty];
            }
        }

        return centroids;
    }

    private static int Largest(ReadOnlySpan<int> counts)
    {
        int largest = 0;
        for (int j = 1; j < counts.Length; j++)
        {
            largest = counts[j] > counts[largest] ? j : largest;
        }

        return largest;
    }

    /// <summary>One part of the rows.</summary>
    private sealed class Part(ProductCodebooks codebooks)
    {
        private readonly float[] _sums = new float[codebooks.Centroids.Length];
        private readonly int[] _counts = new int[codebooks.Parts * codebooks.Codewords];
        private readonly double[] _errors = new double[codebooks.Parts];
        private byte[] _codes = [];

        public void Run(TrainingRows rows, int part)
        {
            Array.Clear(_sums);
            Array.Clear(_counts);
            Array.Clear(_errors);
            (int start, int count) = rows.Part(part);
            if (_codes.Length < count * codebooks.Parts)
            {
                _codes = new byte[count * codebooks.Parts];
            }

            codebooks.Encode(rows.Rows(start, count), _codes);
            for (int r = 0; r < count; r++)
            {
                Add(rows.Rows(start + r, 1), _codes.AsSpan(r * codebooks.Parts, codebooks.Parts));
            }
        }

        public void AddTo(double[] sums, int[] counts, double[] errors)
        {
            for (int i = 0; i < sums.Length; i++)
            {
                sums[i] += _sums[i];
            }

            for (int i = 0; i < counts.Length; i++)
            {
                counts[i] += _counts[i];
            }

            for (int i = 0; i < errors.Length; i++)
            {
                errors[i] += _errors[i];
            }
        }

        private void Add(ReadOnlySpan<float> row, ReadOnlySpan<byte> code)
        {
            int length = codebooks.PartDimensions;
            for (int part = 0; part < code.Length; part++)
            {
                float error = 0;
                int number = (part * codebooks.Codewords) + code[part];
                _counts[number]++;
                Span<float> sums = _sums.AsSpan(number * length, length);
                ReadOnlySpan<float> codeword = codebooks.Codeword(part, code[part]);
                ReadOnlySpan<float> elements = row.Slice(part * length, length);
                for (int d = 0; d < elements.Length; d++)
                {
                    sums[d] += elements[d];
                    float apart = elements[d] - codeword[d];
                    error += apart * apart;
                }

                _errors[part] += error;
            }
        }
    }
}
