"""Plain Python over scikit-learn: a model that learns labels of short texts and says by which words. It knows no Django and no room."""
