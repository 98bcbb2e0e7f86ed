using Vesper.Numerics.Kernels;

namespace Vesper.Numerics.Quantization;

/// <summary>The alternation of codebooks and rotation on the rows of a training.</summary>
internal sealed class OpqSearch
{
    private readonly TrainingRows _rows;
    private readonly ProductOptions _shape;
    private readonly TrainingContext _context;
    private readonly TrainingContext _quiet;
    private readonly Func<bool> _isOver;

    /// <summary>
    /// Begins with the principal axes, or with the axes as they are and codebooks trained for them, whichever has the
    /// lower error: related elements may already lie in one part.
    /// </summary>
    public OpqSearch(TrainingRows rows, ProductCodebooks plain, (ProductOptions Shape, TrainingContext Context) with,
        Func<bool> isOver)
    {
        (ProductOptions shape, TrainingContext context) = with;
        _rows = rows;
        _shape = shape;
        _context = context;
        _quiet = context with { Progress = null };
        _isOver = isOver;
        Turned = new TrainingRows(new float[rows.Elements.Length], rows.Dimensions);
        Rotation = PrincipalAxes();
        Turn();
        Codebooks = ProductTrainer.Improve(
            Turned, ProductTrainer.Start(Turned, shape, new Random(shape.Seed)), shape.Iterations, _quiet);
        if (ProductTrainer.Error(rows, plain, _quiet) <= ProductTrainer.Error(Turned, Codebooks, _quiet))
        {
            Rotation = SquareMatrix.Identity(rows.Dimensions).ToFloats();
            rows.Elements.CopyTo(Turned.Elements, 0);
            Codebooks = plain;
        }
    }

    /// <summary>The rotation, row by row.</summary>
    public float[] Rotation { get; private set; }

    /// <summary>The rows, turned by it.</summary>
    public TrainingRows Turned { get; }

    /// <summary>Codebooks of the turned rows.</summary>
    public ProductCodebooks Codebooks { get; private set; }

    /// <summary>Improvements done.</summary>
    public int Iterations { get; private set; }

    /// <summary>Alternates until something ends it.</summary>
    public OpqStop Run(OpqOptions options)
    {
        double last = double.PositiveInfinity;
        while (Iterations < options.Iterations)
        {
            if (_isOver())
            {
                return OpqStop.Budget;
            }

            Codebooks = ProductTrainer.Improve(Turned, Codebooks, options.RoundsPerIteration, _quiet);
            TrainingRows decoded = Decoded(out double error);
            if (!(error < last * (1 - options.GainMin)))
            {
                return OpqStop.Stalled;
            }

            last = error;
            SquareMatrix products = Moments.Products(_rows, decoded, _context);
            float[]? next = OpqTrainer.Procrustes(products, Rotation);
            if (next is null)
            {
                return OpqStop.Degenerate;
            }

            Rotation = next;
            Turn();
            Iterations++;
            _context.Progress?.Report((double)Iterations / options.Iterations);
        }

        return OpqStop.Iterations;
    }

    /// <summary>
    /// Eigenvectors of the covariance, each given to the part whose eigenvalues have the smallest product so far.
    /// </summary>
    private float[] PrincipalAxes()
    {
        int size = _rows.Dimensions, partSize = size / _shape.Parts;
        TrainingRows centred = Moments.Centred(_rows);
        (double[] values, SquareMatrix vectors) = Moments.Products(centred, centred, _context).Eigen(
            () => { _context.Cancellation.ThrowIfCancellationRequested(); return _isOver(); });
        var logarithms = new double[_shape.Parts];
        var filled = new int[_shape.Parts];
        var rotation = new float[size * size];
        double least = Math.Max(values[0] * 1e-12, double.Epsilon);
        for (int i = 0; i < size; i++)
        {
            int chosen = -1;
            for (int part = 0; part < _shape.Parts; part++)
            {
                bool hasRoom = filled[part] < partSize;
                chosen = hasRoom && (chosen < 0 || logarithms[part] < logarithms[chosen]) ? part : chosen;
            }

            // Relative to the least, so that a longer product is never a smaller one.
            logarithms[chosen] += Math.Log(Math.Max(values[i], least) / least);
            int column = (chosen * partSize) + filled[chosen]++;
            for (int row = 0; row < size; row++)
            {
                rotation[(row * size) + column] = (float)vectors.Row(i)[row];
            }
        }

        return rotation;
    }

    private void Turn()
    {
        var rotation = new OpqRotation(_rows.Dimensions, Rotation);
        _context.Executor.Run(_rows.Parts, part =>
        {
            (int start, int count) = _rows.Part(part);
            rotation.Apply(_rows.Rows(start, count), Turned.Rows(start, count));
        }, _context.Cancellation);
    }

    private TrainingRows Decoded(out double error)
    {
        var decoded = new TrainingRows(new float[Turned.Elements.Length], Turned.Dimensions);
        var errors = new double[Turned.Parts];
        _context.Executor.Run(Turned.Parts, part =>
        {
            (int start, int count) = Turned.Part(part);
            var codes = new byte[count * Codebooks.Parts];
            Codebooks.Encode(Turned.Rows(start, count), codes);
            for (int r = 0; r < count; r++)
            {
                Codebooks.Decode(codes.AsSpan(r * Codebooks.Parts), decoded.Rows(start + r, 1));
                errors[part] += Reference.SquaredL2(decoded.Rows(start + r, 1), Turned.Rows(start + r, 1));
            }
        }, _context.Cancellation);
        error = 0;
        foreach (double one in errors)
        {
            error += one;
        }

        return decoded;
    }
}
